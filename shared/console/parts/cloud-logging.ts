import type { StoredEvent } from '../../audit/store/store.ts'

const MINUTE = 60_000

/**
 * The query of Google's own audit logs for one request, in Cloud Logging's language: the bureau sends
 * the request's id as the reason and in the user agent of its calls. Undefined where no intent is on
 * record, because then Google was not asked.
 */
export function cloudLoggingQuery(related: readonly StoredEvent[]): string | undefined {
  const intent = related.find(({ kind }) => kind === 'intent')
  if (intent === undefined) return undefined
  const name = `bureau:${intent.requestId ?? intent.id}`
  return [
    'log_id("cloudaudit.googleapis.com/data_access")',
    'protoPayload.serviceName=("sts.googleapis.com" OR "iamcredentials.googleapis.com")',
    `(protoPayload.requestMetadata.requestAttributes.reason="${name}"`,
    `  OR protoPayload.requestMetadata.callerSuppliedUserAgent:"${name}")`,
    `timestamp>="${instant(intent.time - MINUTE)}"`,
    `timestamp<="${instant((related.at(-1) ?? intent).time + 10 * MINUTE)}"`,
  ].join('\n')
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

/** Where Google shows the answer to a query. */
export function logsExplorerLink(query: string, project: string | undefined): string {
  const address = `https://console.cloud.google.com/logs/query;query=${encodeURIComponent(query)}`
  return project === undefined ? address : `${address}?project=${encodeURIComponent(project)}`
}
