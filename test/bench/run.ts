import { tableOf, type Figure } from './figure.ts'
import { policyScale } from './policy-scale.ts'

/** `npm run bench`: measures, prints a table, and ends with 1 where a figure is past its limit. */
const BENCHES: readonly (() => readonly Figure[])[] = [policyScale]

const figures = BENCHES.flatMap((bench) => bench())
console.log(tableOf(figures))
process.exitCode = figures.every(({ value, atMost }) => value <= atMost) ? 0 : 1
