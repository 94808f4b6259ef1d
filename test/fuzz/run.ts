import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'

const { values } = parseArgs({ options: { seed: { type: 'string' }, cases: { type: 'string' } } })
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const cases = Number(values.cases ?? 20_000)
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
