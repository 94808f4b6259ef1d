import type { Finding } from '../../../shared/audit/verify/finding.ts'
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
  const { findings, counts, records, duplicates, otherLines, chains, since, ok } = report
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
    ok
      ? style('green', 'whole: nothing was edited, removed, moved or put in')
      : style('red', `${number(found)} found: ${summary(report)}`),
  ]
}

function place({ chain, seq, line }: Finding): string {
  const at = line === 0 ? '' : `line ${line}  `
  return chain === '' ? at.trimEnd() : `${at}${visible(chain)}#${seq}`
}

function signatures({ chains, trustedKey }: Report): string {
  const signed = chains.reduce((sum, chain) => sum + chain.signed, 0)
  const checkpoints = chains.reduce((sum, chain) => sum + chain.checkpoints, 0)
  if (signed === 0) return 'checkpoints: none is signed; a whole chain could have been written anew'
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
