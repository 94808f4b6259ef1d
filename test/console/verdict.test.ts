import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KnownHead, VerifyOptions } from '../../shared/audit/verify/options.ts'
import { createVerifier } from '../../shared/audit/verify/verifier.ts'
import { markup } from '../../shared/console/html.ts'
import { verdict } from '../../shared/console/parts/verdict.ts'
import { linesOf } from '../support/audit-history.ts'

const lines = await linesOf([{ at: 1_700_000_000_000 }])
const heads: readonly KnownHead[] = verified(lines).chains

function verified(records: readonly string[], options: VerifyOptions = {}) {
  const verifier = createVerifier(options)
  for (const [index, line] of records.entries()) verifier.add(Buffer.from(line), index + 1)
  return verifier.finish()
}

function shown(records: readonly string[], options: VerifyOptions = {}): string {
  const report = verified(records, options)
  const problem = undefined
  return markup(verdict({ status: 'done', done: 1, total: 1, finishedAt: 0, report, problem }, 0))
}

const VERDICTS: readonly (readonly [
  claim: string,
  records: readonly string[],
  options: VerifyOptions,
  said: readonly RegExp[],
])[] = [
  [
    'a good log is good as far as it is there',
    lines,
    {},
    [
      /No record was removed, edited or reordered in the chains that are here\./,
      /Chains that are gone whole, [^.]* --heads\./,
    ],
  ],
  [
    'a good log that was seen before is held to that',
    lines,
    { heads },
    [/in the chains that are here\./, /All that this console saw .* is still there/],
  ],
  ['one finding is one finding', lines.slice(0, -1), {}, [/does not verify: 1 finding\./]],
  ['an empty store is not whole', [], {}, [/There is no record to verify\./]],
  ['a store that lost everything does not verify', [], { heads }, [/does not verify: 1 finding\./]],
]

for (const [claim, records, options, said] of VERDICTS) {
  test(claim, () => {
    for (const words of said) assert.match(shown(records, options), words)
  })
}

test('a verdict that is bad promises nothing', () => {
  assert.doesNotMatch(shown(lines.slice(0, -1)), /is still there|--heads/)
})
