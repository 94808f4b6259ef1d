import { load, type Turn } from './load.ts'
import { median } from './figure.ts'
import type { Server } from './server.ts'

/** Something that is measured beside others. */
export interface Runner {
  readonly name: string
  readonly connections: number
  readonly turn: Turn
  /** The server whose processor time counts; undefined where only times are wanted. */
  readonly server?: Server
}

/** What one runner did in one round. */
export interface Lap {
  /** Microseconds of processor time a request, of all the server's threads; NaN without a server. */
  readonly cpu: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

/** All laps of all runners, by name; those of one index belong to the same round. */
export type Laps = ReadonlyMap<string, readonly Lap[]>

/** Milliseconds of one lap, and of what comes before the first to warm the engine up. */
const LAP = 800
const WARMING = 2_500

/**
 * Runs the laps in turn, round after round, so that the machine's moods hit all alike; every other
 * round goes backwards. `tell` is told what is measured next.
 */
export async function measureRounds(
  runners: readonly Runner[],
  rounds: number,
  tell: (what: string) => void,
): Promise<Laps> {
  for (const { name, turn, connections } of runners) {
    tell(`warming up ${name}`)
    await load(turn, connections, { ms: WARMING })
  }
  const laps = new Map(runners.map(({ name }) => [name, [] as Lap[]]))
  for (let round = 1; round <= rounds; round += 1) {
    const order = round % 2 === 1 ? runners : runners.toReversed()
    for (const runner of order) {
      tell(`round ${round} of ${rounds}: ${runner.name}`)
      laps.get(runner.name)?.push(await lap(runner))
    }
  }
  return laps
}

async function lap({ server, turn, connections }: Runner): Promise<Lap> {
  const before = await server?.usage()
  const times = (await load(turn, connections, { ms: LAP })).toSorted((a, b) => a - b)
  const after = await server?.usage()
  const spent = after === undefined || before === undefined ? Number.NaN : after.cpu - before.cpu
  return {
    cpu: spent / times.length,
    p50: times[Math.floor(times.length * 0.5)] ?? Number.NaN,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
  }
}

/** The median of one runner's value over another's, round by round. */
export function ratioOf(laps: Laps, measure: keyof Lap, of: string, over: string): number {
  const beside = laps.get(over) ?? []
  return median(
    (laps.get(of) ?? []).map(
      (one, index) => one[measure] / (beside[index]?.[measure] ?? Number.NaN),
    ),
  )
}

/** The median of one runner's value. */
export function usualOf(laps: Laps, measure: keyof Lap, of: string): number {
  return median((laps.get(of) ?? []).map((one) => one[measure]))
}
