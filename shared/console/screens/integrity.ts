import type { ChainFacts } from '../../audit/store/store.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../layout.ts'
import { chainTable } from '../parts/chain-table.ts'
import { empty, panel } from '../parts/blocks.ts'
import { findingTable } from '../parts/finding-table.ts'
import { verdict } from '../parts/verdict.ts'
import { distance } from '../parts/words.ts'
import type { Sources } from '../sources.ts'
import { sinkTroubles, type SinkTrouble } from '../verification/sink-troubles.ts'
import type { VerificationState } from '../verification/verification.ts'

/** Whether the log is whole, and how its writers do. */
export interface IntegrityView {
  readonly now: number
  readonly verification: VerificationState
  /** The chain that was written last first; undefined where the store's columns cannot be read. */
  readonly chains: readonly ChainFacts[] | undefined
  /** Records that sinks did not accept, by the latest checkpoints of the last hour; likewise. */
  readonly sinks: readonly SinkTrouble[] | undefined
  /** Milliseconds since the epoch: the newest record; undefined for an empty store. */
  readonly newest: number | undefined
}

/**
 * Reads the state of the log, and has it verified where that was not done of late. Whoever damaged the
 * columns must not silence the verdict with them.
 */
export async function readIntegrity(
  now: number,
  { store, verification }: Pick<Sources, 'store' | 'verification'>,
): Promise<IntegrityView> {
  verification.ensure()
  const [chains, sinks] = await Promise.all([
    store.chains().catch(unreadable),
    sinkTroubles(store, now).catch(unreadable),
  ])
  return {
    now,
    verification: verification.state(),
    chains,
    sinks,
    newest: chains?.[0]?.lastTime,
  }
}

function unreadable(): undefined {}

/** The page of integrity. */
export function integrityPage(view: IntegrityView): Page {
  const { now, verification, chains, sinks, newest } = view
  const { report, status } = verification
  return {
    title: 'Integrity',
    route: 'integrity',
    lead: 'Was any record removed, edited or put in another order? Each record carries the hash of the one before it.',
    unfinished: status === 'running',
    content: html`${verdict(verification, now)}
    ${
      report !== undefined &&
      report.findings.length > 0 &&
      panel('Findings', undefined, findingTable(report))
    }
    ${panel('Sinks', newest === undefined ? undefined : html`newest record ${distance(newest, now)}`, sinkList(sinks))}
    ${panel(
      'Chains',
      'One for each instance that ever wrote, the latest first',
      chainList(chains, now),
    )}`,
  }
}

function chainList(chains: readonly ChainFacts[] | undefined, now: number): Html {
  if (chains === undefined) return unread()
  return chains.length === 0
    ? empty('The store is empty.', 'The first request begins the first chain.')
    : chainTable(chains, now)
}

function unread(): Html {
  return empty(
    'The store could not be read.',
    'What is wrong with it stands above, once it is verified.',
  )
}

function sinkList(sinks: readonly SinkTrouble[] | undefined): Html {
  if (sinks === undefined) return unread()
  if (sinks.length === 0) {
    return html`<p class="body">
      The checkpoints of the last hour report no record that a sink did not accept.
    </p>`
  }
  return html`<ul class="body">
    ${sinks.map(
      ({ sink, records, instance }) =>
        html`<li>
          <code>${sink}</code> did not accept ${records} records of instance ${instance}
        </li>`,
    )}
  </ul>`
}
