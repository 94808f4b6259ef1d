import type { ChainFacts } from '../../audit/store/store.ts'
import { count, shortened } from '../format.ts'
import { html, type Content, type Html } from '../html.ts'
import { table, type Column } from './blocks.ts'
import { badge, distance } from './words.ts'

/** Milliseconds after which an open chain should have had its next checkpoint. */
const PATIENCE = 150_000

/** Chains as the store holds them. */
export function chainTable(chains: readonly ChainFacts[], now: number): Html {
  const columns: readonly Column<ChainFacts>[] = [
    { head: 'Chain', cell: ({ chain }) => html`<code title="${chain}">${shortened(chain)}</code>` },
    {
      head: 'Instance',
      cell: ({ instance }) => html`<code title="${instance}">${shortened(instance)}</code>`,
    },
    { head: 'State', cell: (chain) => state(chain, now) },
    { head: 'Records', kind: 'figure', cell: ({ records }) => count(records) },
    { head: 'Gaps', kind: 'figure', cell: gaps },
    { head: 'Began', cell: ({ firstTime }) => distance(firstTime, now) },
    { head: 'Last record', cell: ({ lastTime }) => distance(lastTime, now) },
    { head: 'Head', cell: ({ head }) => html`<code title="${head}">${shortened(head)}</code>` },
  ]
  return table('Chains', columns, chains)
}

function state({ closed, lastTime }: ChainFacts, now: number): Html {
  if (closed) return badge('idle', 'Closed')
  return now - lastTime > PATIENCE ? badge('warn', 'Silent') : badge('good', 'Open')
}

/** A gap before the first record counts as one: every chain begins at 0. */
function gaps({ missing, firstSeq }: ChainFacts): Content {
  const lacking = missing + firstSeq
  return lacking === 0 ? '0' : badge('bad', count(lacking))
}
