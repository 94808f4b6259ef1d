import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { beginSiege, type Siege } from '../support/attacks/siege.ts'
import { startStage, type Stage } from '../support/attacks/stage.ts'
import { createTally } from '../support/attacks/tally.ts'
import { canaryAttacks } from './canary.ts'
import { edgeAttacks } from './edge.ts'
import { issuerAttacks, issuerProviders } from './issuers.ts'
import { kidFlood, limitAttacks } from './limits.ts'
import { policyAttacks } from './policies.ts'
import { logAttacks, recordAttacks } from './records.ts'
import { replayAttacks } from './replay.ts'
import { requestAttacks } from './requests.ts'
import { sharedStateAttacks } from './shared-state.ts'
import { sinkAttacks } from './sinks.ts'
import { tokenAttacks } from './tokens.ts'
import { upstreamAttacks } from './upstream.ts'

/** Bytes by which the heap may grow over the whole siege, garbage collected before and after. */
const HEAP_GROWTH = 16 * 1024 * 1024

const tally = createTally()
const figures: string[] = []
let log: readonly string[] = []

// The rooms wait more than they work: silent neighbours, policies that are looked at each second.
describe('the attack corpus', { concurrency: 3 }, () => {
  describe('one process, besieged', { concurrency: 1 }, () => {
    let stage: Stage
    let siege: Siege
    let heap: number
    before(async () => {
      stage = await startStage({ providers: issuerProviders })
      siege = await beginSiege(stage)
      heap = (await stage.line.memory()).heapUsed
    })
    after(async () => {
      await stage.close()
      log = stage.records.lines()
    })
    const current = (): Siege => siege

    tokenAttacks(tally, current)
    issuerAttacks(tally, current)
    requestAttacks(tally, current)
    edgeAttacks(tally, current)
    replayAttacks(tally, current)
    recordAttacks(tally, current)
    upstreamAttacks(tally, current)
    kidFlood(tally, current)

    test('the heap has not grown', async () => {
      const { heapUsed, collected } = await stage.line.memory()
      assert.ok(collected)
      assert.ok(heapUsed - heap < HEAP_GROWTH, `${heapUsed - heap} bytes more`)
      figures.push(`longest turn ${siege.longest().toFixed(0)} ms of processor time`)
      figures.push(`heap ${((heapUsed - heap) / 1024 / 1024).toFixed(1)} MiB larger`)
    })

    test('no output holds a secret, and no request was refused twice', () => siege.finish())
  })

  policyAttacks(tally)
  canaryAttacks(tally)
  sinkAttacks(tally)
  limitAttacks(tally)
  sharedStateAttacks(tally)
})

logAttacks(tally, () => log)

test('SECURITY.md tells how many constructions there are', async () => {
  const text = await readFile(new URL('../../SECURITY.md', import.meta.url), 'utf8')
  assert.ok(text.includes(`${tally.size()} of ${tally.size()}, for 68 of 68 rows`), tally.line())
})

test('every row of the corpus has a construction', () => {
  assert.deepEqual(tally.missing(), [])
})

after(() => {
  process.stdout.write(`${[tally.line(), ...figures].join(', ')}\n`)
})
