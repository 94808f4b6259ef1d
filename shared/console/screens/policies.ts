import type { PolicyEra } from '../../audit/store/store.ts'
import { count, shortened } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../layout.ts'
import { empty, panel, table, type Column } from '../parts/blocks.ts'
import { badge, time } from '../parts/words.ts'
import { queryOf } from '../search/search.ts'
import type { Sources } from '../sources.ts'

/** Every policy that was in force or was refused, the one that was seen last first. */
export interface PoliciesView {
  readonly policies: readonly PolicyEra[]
}

/** Reads the history of policies. */
export async function readPolicies({ store }: Pick<Sources, 'store'>): Promise<PoliciesView> {
  return { policies: await store.policyHistory() }
}

/** The page of policies. */
export function policiesPage({ policies }: PoliciesView): Page {
  const begin = Math.min(...policies.map(({ first }) => first))
  const end = Math.max(...policies.map(({ last }) => last))
  return {
    title: 'Policies',
    route: 'policies',
    lead: 'Which policy decided, and when. Each record carries the digest of its policy: compare it with sha256sum of the file in your repository.',
    content: html`<section class="panel" aria-label="Policies">
        ${
          policies.length === 0
            ? empty('No policy is on record.', 'The first one appears when the bureau starts.')
            : table('Policies, latest first', columns(policies, begin, end), policies)
        }
      </section>
      ${policies.length > 0 && digests(policies)}`,
  }
}

function columns(
  policies: readonly PolicyEra[],
  begin: number,
  end: number,
): readonly Column<PolicyEra>[] {
  const current = policies.find(({ loads }) => loads > 0)
  return [
    {
      head: 'Digest',
      cell: ({ digest }) =>
        digest === ''
          ? html`<a href="/events${queryOf({ show: 'policies' })}">could not be read</a>`
          : html`<a href="/events${queryOf({ terms: { policy: digest } })}" title="${digest}"
              ><code>${shortened(digest)}</code></a
            >`,
    },
    { head: 'State', cell: (era) => state(era, era === current) },
    { head: 'First seen (UTC)', cell: ({ first }) => time(first) },
    { head: 'Last seen (UTC)', cell: ({ last }) => time(last) },
    { head: 'In force', cell: (era) => era.loads > 0 && span(era, begin, end) },
    { head: 'Loads', kind: 'figure', cell: ({ loads }) => count(loads) },
    { head: 'Issued', kind: 'figure', cell: ({ issued }) => count(issued) },
    { head: 'Refused', kind: 'figure', cell: ({ refused }) => count(refused) },
  ]
}

function state({ loads, failures }: PolicyEra, current: boolean): Html {
  if (loads === 0 && failures > 0) {
    return html`${badge('bad', 'Not loaded')} what was wrong stands in the bureau’s log`
  }
  if (failures > 0) return badge('warn', `Refused by ${failures}`)
  return current ? badge('good', 'Latest') : badge('idle', 'Replaced')
}

const WIDTH = 200

/** Where the policy's time lies within that of all. */
function span({ first, last }: PolicyEra, begin: number, end: number): Html {
  const scale = WIDTH / Math.max(1, end - begin)
  const [x, width] = [(first - begin) * scale, Math.max(2, (last - first) * scale)]
  return html`<svg
    class="span"
    viewBox="0 0 ${WIDTH} 10"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect class="track" width="${WIDTH}" height="10" />
    <rect
      class="mark"
      x="${Math.min(x, WIDTH - 2).toFixed(1)}"
      width="${width.toFixed(1)}"
      height="10"
    />
  </svg>`
}

function digests(policies: readonly PolicyEra[]): Html {
  return panel(
    'Digests in full',
    undefined,
    html`<ul class="digests">
      ${policies.map(({ digest }) => digest !== '' && html`<li><code>${digest}</code></li>`)}
    </ul>`,
  )
}
