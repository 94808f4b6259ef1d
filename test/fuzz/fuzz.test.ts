import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'

/** A taste at each run; `npm run fuzz` sends 20,000. */
const CASES = 2_000

test('the service and the judge apart from it agree on mutated requests', async (context) => {
  const seed = Date.now() % 1_000_000
  context.diagnostic(`seed ${seed}`)
  const { accepted, disagreements, told } = await fuzz(seed, CASES)
  assert.equal(disagreements, 0, told.join('\n'))
  assert.ok(accepted > CASES / 10, 'the two agree on more than rubbish')
})
