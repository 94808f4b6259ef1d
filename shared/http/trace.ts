import type { IncomingHttpHeaders } from 'node:http'

/** Where a request belongs in a distributed trace. */
export interface Trace {
  /** 32 hexadecimal digits. */
  readonly traceId: string | undefined
  /** 16 hexadecimal digits. */
  readonly spanId: string | undefined
}

/** W3C Trace Context level 1, section 3.2: version, trace, parent, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}/

/** Google's `TRACE/SPAN;o=1`; the span is a decimal number of 64 bits. */
const CLOUD_TRACE = /^(?!0{32})([0-9a-f]{32})(?:\/(\d{1,20}))?(?:;|$)/i

/**
 * The trace that `traceparent` or, where that is missing, `X-Cloud-Trace-Context` names. A caller
 * may write what it likes there: the values only ever link log lines.
 */
export function traceOf(headers: IncomingHttpHeaders): Trace {
  const { traceparent } = headers
  const w3c = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null
  if (w3c !== null) return { traceId: w3c[1], spanId: w3c[2] }
  const cloud = headers['x-cloud-trace-context']
  const google = typeof cloud === 'string' ? CLOUD_TRACE.exec(cloud) : null
  return { traceId: google?.[1]?.toLowerCase(), spanId: hexSpan(google?.[2]) }
}

function hexSpan(decimal: string | undefined): string | undefined {
  if (decimal === undefined) return undefined
  const span = BigInt(decimal)
  return span === 0n || span >= 1n << 64n ? undefined : span.toString(16).padStart(16, '0')
}
