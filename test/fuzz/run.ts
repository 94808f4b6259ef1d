import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'

const HELP = `Usage: npm run fuzz -- [--seed N] [--cases N]

Sends mutated tokens and requests to a running bureau and asks a judge apart from
it about each; exit 1 where the two disagree.

  --seed N   what the cases are made by; the seed of a run is printed at its start
  --cases N  20,000 by default
`

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    cases: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help === true) {
  process.stdout.write(HELP)
} else {
  await run(Number(values.seed ?? Date.now() % 1_000_000), Number(values.cases ?? 20_000))
}

async function run(seed: number, cases: number): Promise<void> {
  const number = new Intl.NumberFormat('en')
  process.stdout.write(`fuzz: ${number.format(cases)} cases, seed ${seed} (--seed, --cases)\n`)
  const { accepted, undecided, disagreements, told } = await fuzz(seed, cases)
  for (const disagreement of told) process.stdout.write(`${disagreement}\n`)
  process.stdout.write(
    `fuzz ${number.format(cases)} / ${disagreements} disagreements ` +
      `(${number.format(accepted)} accepted, ${undecided} too close to a limit in time)\n`,
  )
  // Without a good share of acceptances the two agree on nothing but rubbish.
  process.exitCode = disagreements === 0 && accepted > cases / 10 ? 0 : 1
}
