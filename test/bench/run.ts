import { abreast, COMPARISONS } from './abreast.ts'
import { coldStart } from './cold-start.ts'
import { endurance, idleGap } from './endurance.ts'
import { holds, tableOf, type Figure } from './figure.ts'
import { takeMachine } from './machine.ts'
import { benchOptions, HELP, type BenchOptions } from './options.ts'
import { policyScale } from './policy-scale.ts'
import { openScene, type Scene } from './scene.ts'

/** `npm run bench`: measures, prints a table, and ends with 1 where a figure is past its limit. */

/** What has no figure, and why. */
const UNMEASURED = 'Not measured: a cache of minted tokens. The bureau has none.'

// A load that failed may have left connections behind that would keep the process alive.
process.exit(await main(process.argv.slice(2)))

async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions | 'help'
  try {
    options = benchOptions(args)
  } catch (error) {
    return failed(error, 2)
  }
  if (options === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  const { rounds, json } = options
  const machine = takeMachine()
  let figures: readonly Figure[]
  try {
    figures = await measure(options, () => openScene(machine))
  } catch (error) {
    return failed(error, 1)
  }
  progress('')
  const report = { machine: machine.description, rounds, figures }
  process.stdout.write(
    json
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : `${machine.description}; ${rounds} rounds, medians of paired rounds\n\n` +
          `${tableOf(figures)}\n\n${UNMEASURED}\n`,
  )
  return figures.every(holds) ? 0 : 1
}

async function measure(
  { only, rounds }: BenchOptions,
  open: () => Promise<Scene>,
): Promise<readonly Figure[]> {
  const wanted = (id: string): boolean => only?.has(id) ?? true
  const benches: readonly (readonly [
    name: string,
    wanted: boolean,
    run: (scene: Scene) => Promise<readonly Figure[]>,
  ])[] = [
    [
      'side by side',
      COMPARISONS.some(({ id }) => wanted(id)),
      (scene) => abreast(scene, wanted, rounds, progress),
    ],
    ['start', wanted('start'), (scene) => coldStart(scene, rounds, progress)],
    ['memory', wanted('memory'), (scene) => endurance(scene, progress)],
    ['idle gap', wanted('idle'), (scene) => idleGap(scene, progress)],
  ]
  const chosen = benches.filter(([, isWanted]) => isWanted)
  const figures: Figure[] = []
  if (chosen.length > 0) {
    progress('bundling, starting the upstreams, signing tokens')
    const scene = await open()
    try {
      for (const [name, , run] of chosen) figures.push(...(await orFailure(name, run(scene))))
    } finally {
      await scene.close()
    }
  }
  if (wanted('policy')) {
    progress('deciding under 10,000 grants')
    figures.push(...policyScale())
  }
  return figures
}

/** What could not be measured has no value, and so is past its limit; the rest goes on. */
async function orFailure(
  name: string,
  measured: Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  try {
    return await measured
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    return [{ name, measured: what, value: Number.NaN, atMost: 0 }]
  }
}

function failed(error: unknown, code: number): number {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
  return code
}

/** One line that changes on a terminal, nothing elsewhere but what is new. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what}\u001b[K`)
  else if (what !== '') process.stderr.write(`${what}\n`)
}
