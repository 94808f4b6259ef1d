import type { StoredEvent } from '../../audit/store/store.ts'
import { Envelope } from '../../audit/schema/envelope.ts'
import { Refusal } from '../../domain/refusal.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../layout.ts'
import { cloudLoggingQuery, logsExplorerLink } from '../parts/cloud-logging.ts'
import { copyable, panel } from '../parts/blocks.ts'
import { eventFacts } from '../parts/event-facts.ts'
import { relatedTable } from '../parts/event-table.ts'
import { traceList } from '../parts/trace-list.ts'
import { outcome } from '../parts/words.ts'
import { meaningOf } from '../reasons.ts'
import { jsonIn } from '../record-json.ts'
import { ruleTrace, type Traced } from '../trace/rule-trace.ts'
import type { Asked, Sources } from '../sources.ts'

/** Everything about one event. */
export interface EventView {
  readonly event: StoredEvent
  /** The record's line, as it was written. */
  readonly record: string
  /** Every event of the same request, oldest first. */
  readonly related: readonly StoredEvent[]
  /** The checks of the request; undefined for events that are no request's. */
  readonly trace: readonly Traced[] | undefined
  /** Finds Google's own log entries; undefined where Google was not asked. */
  readonly cloudLogging: string | undefined
}

/** Reads one event by its id. Throws `Refusal` `request`, with status 404 for an unknown one. */
export async function readEvent(
  { query }: Asked,
  { store }: Pick<Sources, 'store'>,
): Promise<EventView> {
  const id = query.get('id') ?? ''
  if (!/^[\w-]{1,64}$/.test(id)) throw new Refusal('request', { detail: 'id is no event’s id' })
  const found = await store.event(id)
  if (found === undefined)
    throw new Refusal('request', { status: 404, detail: 'no event has this id' })
  const { event, record } = found
  const related = event.requestId === undefined ? [event] : await store.related(event.requestId)
  return {
    event,
    record,
    related,
    trace: traceOf(record),
    cloudLogging: cloudLoggingQuery(related),
  }
}

/** A record of another version has no trace: what is not understood is not told. */
function traceOf(record: string): readonly Traced[] | undefined {
  const read = Envelope.safeParse(withoutChain(record))
  return read.success && read.data.data.class_uid === 3002 ? ruleTrace(read.data.data) : undefined
}

function withoutChain(record: string): unknown {
  const json = jsonIn(record)
  if (typeof json !== 'object' || json === null) return undefined
  return Object.fromEntries(Object.entries(json).filter(([name]) => !name.startsWith('chain')))
}

/** The page of one event. */
export function eventPage(
  view: EventView,
  sources: Pick<Sources, 'project' | 'storeName' | 'policyWords'>,
): Page {
  const { project } = sources
  const { event, record, related, trace, cloudLogging } = view
  const { id, kind, reason } = event
  const records = related.length === 1 ? 'its one record' : `its ${related.length} records`
  return {
    title: titleOf(event),
    route: 'event',
    lead: html`${outcome(event)} ${reason !== undefined && meaningOf(reason)}`,
    aside: html`<ul class="exports">
      <li>
        <a class="button" href="/event.json?id=${id}" download="${id}.json">Save the record</a>
      </li>
    </ul>`,
    content: html`<div class="columns">
        <div class="stack">
          ${panel('What happened', undefined, eventFacts(event))}
          ${kind === 'refused' && panel('Explain it', undefined, explanation(event, sources))}
          ${cloudLogging && panel('Google’s own logs', undefined, google(cloudLogging, project))}
        </div>
        <div class="stack">
          ${trace && panel('Rule trace', 'what was checked, in order', traceList(trace))}
          ${panel('This request', records, relatedTable('Records of this request', related))}
        </div>
      </div>
      ${panel('The record', `${record.length} characters`, recordText(record))}`,
  }
}

/** The record as JSON, or as the text that stands in its place. */
export function recordOf({ record }: Pick<EventView, 'record'>): unknown {
  return jsonIn(record) ?? record
}

function recordText(record: string): Html {
  const json = jsonIn(record)
  const text = json === undefined ? record : JSON.stringify(json, undefined, 2)
  return html`<div class="body">${copyable('The record', text)}</div>`
}

function titleOf({ kind, account, reason: why, tokenKind }: StoredEvent): string {
  const token = tokenKind === 'id_token' ? 'ID token' : 'Access token'
  switch (kind) {
    case 'issued':
      return `${token} for ${account ?? 'an account'}`
    case 'intent':
      return `Intent: ${token.toLowerCase().replace('id', 'ID')} for ${account ?? 'an account'}`
    case 'refused':
      return `Refused: ${why ?? 'no reason'}`
    case 'policy':
      return 'A policy was read'
    case 'checkpoint':
      return 'Checkpoint of a chain'
    case 'summary':
      return 'Refusals counted without a record'
  }
}

function explanation(
  { id, requestId = id }: StoredEvent,
  { storeName, policyWords }: Pick<Sources, 'storeName' | 'policyWords'>,
): Html {
  const words = [...policyWords, '--record', storeName, '--id', requestId]
  return html`<div class="body">
    <p>Ask the policy that decided, or the one that you mean to put in its place:</p>
    ${copyable('Command', `npx bureau policy explain ${words.map(quoted).join(' ')}`)}
  </div>`
}

/** A word of a command for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function google(query: string, project: string | undefined): Html {
  return html`<div class="body">
    <p>
      The bureau named this request to Google.
      <a href="${logsExplorerLink(query, project)}" rel="noreferrer">Open in Logs Explorer</a>, or
      ask there:
    </p>
    ${copyable('Cloud Logging query', query)}
    <p class="muted">Data Access logs of IAM and STS must be switched on to hold these entries.</p>
  </div>`
}
