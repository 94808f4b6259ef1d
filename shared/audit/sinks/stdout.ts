import type { Writable } from 'node:stream'
import type { AuditEvent, AuditRecord } from '../event.ts'
import type { Sink } from './sink.ts'

/** OCSF severity to Cloud Logging severity. */
const SEVERITIES = { 1: 'INFO', 2: 'NOTICE', 3: 'WARNING', 4: 'ERROR' } as const

/** Bytes that may wait for a reader before further records are not accepted. */
const MOST_WAITING = 8 * 1024 * 1024

/**
 * Writes one JSON object a record in Cloud Logging's shape ("Structured logging", special fields),
 * the record itself under `event`. Lines of one turn of the event loop go out in one write, and
 * count as accepted once the stream took them without an error. `projectId` makes traces links.
 */
export function stdoutSink(stream: Writable, projectId: string | undefined): Sink {
  let lines: string[] = []
  let settled: PromiseWithResolvers<void> = Promise.withResolvers()
  let lastWrite: Promise<void> = Promise.resolve()

  const send = () => {
    const text = lines.join('')
    const { resolve, reject, promise } = settled
    lines = []
    settled = Promise.withResolvers()
    lastWrite = promise.catch(() => undefined)
    stream.write(text, (error) => (error ? reject(error) : resolve()))
  }

  return {
    name: 'stdout',
    write(record) {
      if (stream.writableLength > MOST_WAITING) {
        return Promise.reject(new Error('stdout: its reader does not keep up'))
      }
      lines.push(`${logLine(record, projectId)}\n`)
      if (lines.length === 1) setImmediate(send)
      return settled.promise
    },
    async flush() {
      if (lines.length > 0) await settled.promise.catch(() => undefined)
      await lastWrite
    },
    close: () => Promise.resolve(),
  }
}

/** The log entry of a record: Cloud Logging's special fields, what a reader greps for, the record. */
function logLine({ event, line }: AuditRecord, projectId: string | undefined): string {
  const entry = JSON.stringify({
    severity: SEVERITIES[event.data.severity_id],
    time: event.time,
    message: event.data.message,
    ...requestFields(event),
    ...traceFields(event, projectId),
    'logging.googleapis.com/insertId': event.id,
    'logging.googleapis.com/labels': { type: event.type },
  })
  return `${entry.slice(0, -1)},"event":${line}}`
}

function requestFields({ data }: AuditEvent) {
  if (data.class_uid !== 3002) return {}
  const { http_request, http_response, src_endpoint, unmapped, status_code, metadata } = data
  const intent = unmapped.decision === 'intent'
  return {
    request_id: metadata.correlation_uid,
    status: http_response?.code,
    reason: intent ? undefined : (status_code ?? unmapped.decision),
    httpRequest: {
      requestMethod: http_request.http_method,
      requestUrl: http_request.url.path,
      status: http_response?.code,
      userAgent: http_request.user_agent,
      remoteIp: src_endpoint.ip,
      latency: intent ? undefined : `${(data.duration / 1000).toFixed(3)}s`,
    },
  }
}

function traceFields({ data, traceparent }: AuditEvent, projectId: string | undefined) {
  const trace = data.class_uid === 3002 ? data.unmapped.trace : undefined
  if (trace === undefined) return {}
  return {
    'logging.googleapis.com/trace':
      projectId === undefined ? trace : `projects/${projectId}/traces/${trace}`,
    'logging.googleapis.com/spanId': traceparent?.split('-')[2],
  }
}
