import assert from 'node:assert/strict'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { setTimeout as wait } from 'node:timers/promises'
import { request } from 'undici'
import { openVitalsLine } from '../support/attacks/vitals.ts'
import { assertCalm, quantile, tally } from './expect.ts'
import type { Bench, Fault, Figures } from './fault.ts'
import { after, paced } from './load.ts'
import { watchMemory } from './resources.ts'
import type { Scene } from './scene.ts'
import { openSlowSenders } from './slow-senders.ts'
import { bringToSize } from './warm-up.ts'

/** Milliseconds after which no slow request is under way any more: 10 s, and plenty. */
const CUT_OFF = 30_000
/** MiB by which a process may grow under attack. */
const GROWTH = 64

/** Runs an attack on a warm process and asserts what its memory grew by at most, in MiB. */
async function growthUnder(
  bench: Bench,
  attack: (scene: Scene) => Promise<Figures>,
): Promise<Figures> {
  const line = await openVitalsLine()
  bench.afterwards(async () => line.close())
  const scene = await bench.scene({ agents: line.env })
  const before = await bringToSize(scene, line)
  const memory = watchMemory(scene.bureau.pid, line)
  const [attacked] = await Promise.allSettled([attack(scene)])
  const growth = (await memory.stop()) - before
  if (attacked.status === 'rejected') throw attacked.reason
  assert.ok(growth < GROWTH, `${growth} MiB more`)
  return { 'growth MiB': growth.toFixed(0), ...attacked.value }
}

const slowLoris: Fault = {
  name: 'slow-loris',
  promise:
    '600 senders that never finish, cut off and back again, keep nobody else from being served',
  run: (bench) =>
    growthUnder(bench, async (scene) => {
      const over = after(10)
      const senders = [
        openSlowSenders(scene.bureau.port, 200, 'in the header', () => !over()),
        openSlowSenders(scene.bureau.port, 400, 'in the body', () => !over()),
      ]
      const dealings = await paced(scene.client, 50, 10, scene.orders.any)
      const left = (): number => senders.reduce((sum, { open }) => sum + open(), 0)
      const started = performance.now()
      while (left() > 0 && performance.now() - started < CUT_OFF) await wait(100)
      const [stillOpen, seconds] = [left(), (performance.now() - started) / 1000]
      for (const each of senders) each.close()
      assertCalm(dealings)
      assert.equal(stillOpen, 0, 'connections are still open')
      const times = dealings.map(({ took }) => took)
      return { 'p99 ms': Math.round(quantile(times, 0.99)), 'cut off s': seconds.toFixed(1) }
    }),
}

const MIB = 1_048_576

const bombs: Fault = {
  name: 'bombs',
  promise: 'compressed and oversized bodies are refused unread: less than 64 MiB more memory',
  run: (bench) =>
    growthUnder(bench, async (scene) => {
      const zeros = Buffer.alloc(100 * MIB)
      const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
      const bodies = [
        { encoding: 'br', body: brotliCompressSync(zeros, quick), status: 415 },
        { encoding: 'gzip', body: gzipSync(zeros, { level: 9 }), status: 415 },
        { encoding: undefined, body: Buffer.alloc(4 * MIB, 'a'), status: 413 },
      ]
      const load = paced(scene.client, 50, 5, scene.orders.any)
      const answers: string[] = []
      const send = async ({ body, encoding, status: expected }: (typeof bodies)[number]) => {
        const status = await post(scene, body, encoding)
        answers.push(status === expected ? 'refused' : String(status))
      }
      for (let wave = 0; wave < 20; wave += 1) {
        await Promise.all([...bodies, ...bodies, ...bodies].map(send))
        await wait(100)
      }
      assertCalm(await load)
      // A sender that does not stop may lose the answer with its connection.
      const odd = answers.filter((answer) => !/refused|ECONNRESET|EPIPE|SOCKET/.test(answer))
      assert.deepEqual(odd, [])
      return { answers: tally(answers) }
    }),
}

async function post(
  { bureau }: Scene,
  body: Buffer,
  encoding: string | undefined,
): Promise<number | string> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  }
  try {
    const answer = await request(`${bureau.url}/v1/token`, { method: 'POST', headers, body })
    await answer.body.dump()
    return answer.statusCode
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** What becomes of callers while others press. */
export const PRESSURE_FAULTS: readonly Fault[] = [slowLoris, bombs]
