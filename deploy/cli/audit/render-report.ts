import type { Finding } from '../../../shared/audit/verify/finding.ts'
import type { Unchecked } from '../../../shared/audit/verify/options.ts'
import type { Report } from '../../../shared/audit/verify/report.ts'
import type { Terminal } from '../terminal.ts'
import { visible } from './visible.ts'

/** Findings that a person is shown; `--json` gives more. */
const MOST_SHOWN = 50

/** A report for a person: the findings, then what was looked at, then the verdict. */
export function renderReport(
  source: string,
  report: Report,
  { style }: Pick<Terminal, 'style'>,
): readonly string[] {
  const { findings, counts, records, duplicates, otherLines, chains, since } = report
  const found = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const shown = findings.slice(0, MOST_SHOWN)
  return [
    ...shown.map(
      (finding) => `${style('red', finding.kind.padEnd(22))} ${place(finding)}  ${finding.message}`,
    ),
    ...(found > shown.length ? [`... and ${found - shown.length} more`] : []),
    ...(found > 0 ? [''] : []),
    `${visible(source)}: ${number(records)} records in ${number(chains.length)} chains` +
      (since === undefined ? '' : ` since ${new Date(since).toISOString()}`) +
      told(duplicates, 'repeated') +
      told(otherLines, 'other lines'),
    signatures(report),
    ...unchecked(report),
    found > 0
      ? style('red', `${number(found)} found: ${summary(report)}`)
      : records === 0
        ? style('red', 'nothing was verified: there is no record')
        : style('green', `whole: ${claim(report)}`),
  ]
}

/** What was found to be true, and no more. */
function claim({ unchecked: open }: Report): string {
  const held = 'in the chains that are here nothing was edited, taken out, moved or put in'
  return open.includes('missing_chains') ? held : `all that the heads know is here, and ${held}`
}

const UNCHECKED: Readonly<Record<Unchecked, string | undefined>> = {
  missing_chains: 'whether chains are missing whole (--heads)',
  open_tails: 'whether chains that still run were cut off of late (--heads)',
  // What is said of checkpoints says it.
  signatures: undefined,
  columns: 'whether the store answers as its records say (--columns)',
}

function unchecked({ unchecked: open, records }: Report): readonly string[] {
  const names = open.flatMap((what) => UNCHECKED[what] ?? [])
  return records === 0 || names.length === 0 ? [] : [`not checked: ${names.join('; ')}`]
}

function place({ chain, seq, line }: Finding): string {
  const at = line === 0 ? '' : `line ${line}  `
  return chain === '' ? at.trimEnd() : `${at}${visible(chain)}#${seq}`
}

function signatures({ chains, trustedKey }: Report): string {
  const signed = chains.reduce((sum, chain) => sum + chain.signed, 0)
  const checkpoints = chains.reduce((sum, chain) => sum + chain.checkpoints, 0)
  if (signed === 0) {
    return trustedKey
      ? `checkpoints: none of ${number(checkpoints)} is signed by the given key`
      : 'checkpoints: none is signed; a whole chain could have been written anew'
  }
  const held = `checkpoints: ${number(signed)} of ${number(checkpoints)} are signed`
  return trustedKey
    ? `${held} by the given key`
    : `${held}, by the keys that they name themselves; --key says which to trust`
}

function summary({ counts }: Report): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${number(count)} ${kind.replaceAll('_', ' ')}`)
    .join(', ')
}

function told(count: number, what: string): string {
  return count === 0 ? '' : `, ${number(count)} ${what}`
}

function number(count: number): string {
  return count.toLocaleString('en')
}
