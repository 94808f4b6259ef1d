import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KnownHead } from '../../../shared/audit/verify/options.ts'
import { createVerifier } from '../../../shared/audit/verify/verifier.ts'
import type { Report } from '../../../shared/audit/verify/report.ts'
import { createVerification } from '../../../shared/console/verification/verification.ts'
import { linesOf } from '../../support/audit-history.ts'

const WRITTEN = 1_700_000_000_000
const aLog = () => linesOf([{ at: WRITTEN }, { at: WRITTEN + 1000 }], false)

/** A verification of which each run ends when the test says so. */
function aVerification(apart = 0) {
  let now = 0
  const runs: (PromiseWithResolvers<Report> & { readonly heads: readonly KnownHead[] })[] = []
  const verification = createVerification(
    (heads, onProgress) => {
      const run = { ...Promise.withResolvers<Report>(), heads }
      runs.push(run)
      onProgress(1, 2)
      return { report: run.promise, stop: async () => run.reject(new Error('stopped')) }
    },
    { recent: 1000, apart },
    () => now,
  )
  const pass = (ms: number) => {
    now += ms
  }
  return { verification, runs, pass }
}

/** The real report of a log whose writer still runs, by default of a small one. */
async function aReport(
  heads: readonly KnownHead[] = [],
  written?: readonly string[],
): Promise<Report> {
  const verifier = createVerifier({ heads, live: true, now: WRITTEN })
  const lines = written ?? (await aLog())
  for (const [index, line] of lines.entries()) verifier.add(Buffer.from(line), index + 1)
  return verifier.finish()
}

test('one run at a time, told as it goes, and kept while it is young', async () => {
  const { verification, runs, pass } = aVerification()
  verification.ensure()
  verification.again()
  assert.equal(runs.length, 1)
  assert.partialDeepStrictEqual(verification.state(), { status: 'running', done: 1, total: 2 })

  const report = await aReport()
  runs[0]?.resolve(report)
  await runs[0]?.promise
  assert.partialDeepStrictEqual(verification.state(), { status: 'done', report, finishedAt: 0 })

  pass(999)
  verification.ensure()
  assert.equal(runs.length, 1)
  pass(1)
  verification.ensure()
  assert.equal(runs.length, 2)
  assert.equal(verification.state().report, report)
})

test('each run holds to the heads of the one before it', async () => {
  const { verification, runs, pass } = aVerification()
  verification.again()
  const report = await aReport()
  runs[0]?.resolve(report)
  await runs[0]?.promise
  pass(1)
  verification.again()
  assert.deepEqual(
    runs[1]?.heads.map(({ hash }) => hash),
    report.chains.map(({ hash }) => hash),
  )
})

test('a tail that was cut off shows in every run after it, until it is back', async () => {
  const { verification, runs } = aVerification()
  const lines = await aLog()
  const run = async (left: readonly string[]) => {
    verification.again()
    const current = runs.at(-1)
    current?.resolve(await aReport(current.heads, left))
    await current?.promise
    return verification.state().report?.counts
  }
  assert.deepEqual(await run(lines), {})
  assert.deepEqual(await run(lines.slice(0, -2)), { cut_tail: 1 })
  assert.deepEqual(await run(lines.slice(0, -2)), { cut_tail: 1 })
  assert.deepEqual(await run(lines), {})
})

test('two runs begin the given time apart, however often they are asked for', async () => {
  const { verification, runs, pass } = aVerification(100)
  verification.again()
  runs[0]?.resolve(await aReport())
  await runs[0]?.promise
  pass(99)
  verification.again()
  assert.equal(runs.length, 1)
  assert.equal(verification.state().status, 'done')
  pass(1)
  verification.again()
  assert.equal(runs.length, 2)
})

test('a run that fails says why, and the next one may succeed', async () => {
  const { verification, runs } = aVerification()
  verification.again()
  runs[0]?.reject(new Error('the disk is gone'))
  await assert.rejects(runs[0]?.promise ?? Promise.resolve())
  assert.partialDeepStrictEqual(verification.state(), {
    status: 'failed',
    problem: 'the disk is gone',
  })
  verification.again()
  assert.equal(runs.length, 2)
})
