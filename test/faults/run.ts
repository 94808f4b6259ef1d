import { parseArgs } from 'node:util'
import { runFault, type Result } from './bench.ts'
import { FAULTS } from './catalogue.ts'
import { watchStandStill } from './stand-still.ts'
import { lineOf, tableOf } from './table.ts'

const HELP = `Usage: npm run faults -- [NAME ...] [--seed N] [--list]

Breaks the neighbours of a running bureau, one fault after another, and checks
after each that nothing was issued wrongly or without its record. All faults, or
those whose names are given; exit 1 where one was not survived. A fault during which
the machine itself stood still for a second says nothing and is tried once more.

  --seed N  what the load is mixed by; the seed of a run is printed at its start
  --list    the faults and their promises
`

/** Milliseconds for which a machine stands still that breaks time-outs by itself. */
const STOOD_STILL = 1000

/** A seed that can be typed again. */
const SEEDS = 1_000_000

// A fault that failed may have left load behind that would keep the process alive.
process.exit(await main(process.argv.slice(2)))

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) return say(HELP)
  if (values.list === true)
    return say(FAULTS.map(({ name, promise }) => `${name}: ${promise}`).join('\n'))
  const seed = Number(values.seed ?? Math.floor(Math.random() * SEEDS))
  const unknown = positionals.find((name) => FAULTS.every((fault) => fault.name !== name))
  if (unknown !== undefined || !Number.isSafeInteger(seed)) {
    process.stderr.write(`${unknown === undefined ? 'the seed' : unknown} is not known\n\n${HELP}`)
    return 2
  }
  const chosen = FAULTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  say(`seed ${seed}`)
  const results: Result[] = []
  const standStill = watchStandStill()
  for (const [index, fault] of chosen.entries()) {
    const place = `[${index + 1}/${chosen.length}]`
    standStill.longest()
    let result = await runFault(fault, seed)
    const stood = standStill.longest()
    if (result.problems.length > 0 && stood >= STOOD_STILL) {
      say(`${place} ${lineOf(result)}\n     the machine stood still for ${stood} ms: once more`)
      result = await runFault(fault, seed)
    }
    results.push(result)
    say(`${place} ${lineOf(result)}`)
  }
  say(`\n${tableOf(results)}`)
  return results.every(({ problems }) => problems.length === 0) ? 0 : 1
}

function say(text: string): 0 {
  process.stdout.write(`${text}\n`)
  return 0
}
