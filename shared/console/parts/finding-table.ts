import type { Finding, FindingKind } from '../../audit/verify/finding.ts'
import type { Report } from '../../audit/verify/report.ts'
import { count, shortened } from '../format.ts'
import { html, type Html } from '../html.ts'
import { table, type Column } from './blocks.ts'
import { badge, type Tone } from './words.ts'

const WORDS: Readonly<Record<FindingKind, readonly [Tone, string]>> = {
  edited: ['bad', 'Edited'],
  gap: ['bad', 'Removed'],
  reordered: ['bad', 'Reordered'],
  cut_tail: ['bad', 'Cut off'],
  forked: ['bad', 'Forked'],
  repeated: ['bad', 'Put in again'],
  signature: ['bad', 'Signature'],
  malformed: ['bad', 'Unreadable'],
  columns: ['bad', 'Store altered'],
  issued_without_intent: ['bad', 'No intent'],
  intent_without_outcome: ['warn', 'No outcome'],
}

const SHOWN = 200

const COLUMNS: readonly Column<Finding>[] = [
  {
    head: 'Finding',
    cell: ({ kind }) => badge(...WORDS[kind]),
  },
  { head: 'What', kind: 'prose', cell: ({ message }) => message },
  { head: 'Chain', cell: ({ chain }) => html`<code title="${chain}">${shortened(chain)}</code>` },
  { head: 'Record', kind: 'figure', cell: ({ seq }) => count(seq) },
]

/** What is wrong with the log, and where. */
export function findingTable({ findings, counts }: Report): Html {
  const all = Object.values(counts).reduce((sum, number) => sum + number, 0)
  const shown = findings.slice(0, SHOWN)
  return html`${table('Findings', COLUMNS, shown)}
  ${all > shown.length && html`<p class="body muted">${count(all - shown.length)} more: bureau audit verify lists them.</p>`}`
}
