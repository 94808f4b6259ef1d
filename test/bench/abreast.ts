import type { Figure } from './figure.ts'
import { measureRounds, ratioOf, usualOf, type Lap, type Laps } from './rounds.ts'
import { openRunners, type RunnerName } from './runners.ts'
import type { Scene } from './scene.ts'

/** One runner over another, and what that may be at most. */
interface Comparison {
  readonly id: string
  readonly name: string
  readonly of: RunnerName
  readonly over: RunnerName
  readonly measure: keyof Lap
  readonly atMost: number
}

/** Figures that are ratios of runners measured side by side. */
export const COMPARISONS: readonly Comparison[] = [
  comparison('floor', 'CPU of a token / the floor', ['bureau', 'floor'], 'cpu', 2),
  comparison('obvious', 'CPU of a token / the obvious build', ['bureau', 'obvious'], 'cpu', 0.22),
  comparison(
    'distance',
    'p50, Google 40 ms away / two direct calls',
    ['distant', 'direct'],
    'p50',
    1.05,
  ),
  comparison(
    'distance',
    'the same over 80 connections',
    ['distant, 80', 'direct, 80'],
    'p50',
    1.12,
  ),
  comparison('tail', 'p99 / the obvious build', ['bureau', 'obvious'], 'p99', 0.35),
  comparison('refusal', 'CPU of a forged token / oidc-provider', ['forged', 'certified'], 'cpu', 1),
  comparison('grants', '10,000 grants / 10, CPU of a token', ['tenants', 'bureau'], 'cpu', 1.05),
  comparison('length', 'token of 8 KB / 1 KB, CPU', ['long', 'short'], 'cpu', 1.4),
  comparison('limited', 'CPU of a 429 / a token', ['limited', 'bureau'], 'cpu', 0.15),
]

function comparison(
  id: string,
  name: string,
  [of, over]: readonly [RunnerName, RunnerName],
  measure: keyof Lap,
  atMost: number,
): Comparison {
  return { id, name, of, over, measure, atMost }
}

/** Measures the comparisons that `wanted` names, all in the same rounds. */
export async function abreast(
  scene: Scene,
  wanted: (id: string) => boolean,
  rounds: number,
  tell: (what: string) => void,
): Promise<readonly Figure[]> {
  const chosen = COMPARISONS.filter(({ id }) => wanted(id))
  const runners = openRunners(scene)
  try {
    const names = new Set(chosen.flatMap(({ of, over }) => [of, over]))
    const started = []
    for (const name of names) started.push(await runners.start(name))
    const laps = await measureRounds(started, rounds, tell)
    return chosen.map((each) => figureOf(each, laps))
  } finally {
    await runners.close()
  }
}

function figureOf({ name, of, over, measure, atMost }: Comparison, laps: Laps): Figure {
  const unit = measure === 'cpu' ? 'us' : 'ms'
  const digits = measure === 'cpu' ? 0 : 1
  const [one, other] = [of, over].map((each) => usualOf(laps, measure, each).toFixed(digits))
  return {
    name,
    measured: `${one} ${unit} / ${other} ${unit}`,
    value: ratioOf(laps, measure, of, over),
    atMost,
  }
}
