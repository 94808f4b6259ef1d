import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { beginSiege, type Siege } from '../support/attacks/siege.ts'
import { startStage, type Stage } from '../support/attacks/stage.ts'
import { createTally } from '../support/attacks/tally.ts'
import { edgeAttacks } from './edge.ts'
import { issuerAttacks, issuerProviders } from './issuers.ts'
import { replayAttacks } from './replay.ts'
import { requestAttacks } from './requests.ts'
import { tokenAttacks } from './tokens.ts'
import { upstreamAttacks } from './upstream.ts'

/** Bytes by which the heap may grow over the whole suite, garbage collected before and after. */
const HEAP_GROWTH = 16 * 1024 * 1024

const tally = createTally()

describe('the attack corpus', () => {
  let stage: Stage
  let siege: Siege
  let heap: number
  before(async () => {
    stage = await startStage({ providers: issuerProviders })
    siege = await beginSiege(stage)
    heap = (await stage.line.memory()).heapUsed
  })
  after(() => stage.close())

  tokenAttacks(tally, () => siege)
  issuerAttacks(tally, () => siege)
  requestAttacks(tally, () => siege)
  edgeAttacks(tally, () => siege)
  replayAttacks(tally, () => siege)
  upstreamAttacks(tally, () => siege)

  test('the heap has not grown', async () => {
    const { heapUsed, collected } = await stage.line.memory()
    assert.ok(collected)
    assert.ok(heapUsed - heap < HEAP_GROWTH, `${heapUsed - heap} bytes more`)
  })

  test('nothing secret stands in any output, and no refusal left a second record', () =>
    siege.finish())
})

test('every row of the corpus has a construction', () => {
  assert.deepEqual(tally.missing(), [])
})

after(() => {
  process.stdout.write(`${tally.line()}\n`)
})
