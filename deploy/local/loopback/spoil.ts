import type { Fault } from './faults.ts'
import type { Reply } from './route.ts'

/** The answer of a fault that keeps the endpoint from working; undefined: the endpoint works. */
export function insteadOf(
  fault: Fault,
  bodyFor: (status: number) => unknown,
): { readonly reply: Reply } | undefined {
  switch (fault.kind) {
    case 'status':
      return {
        reply: {
          status: fault.status,
          headers:
            fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) },
          body: fault.body ?? bodyFor(fault.status),
        },
      }
    case 'redirect':
      return { reply: { status: fault.status, headers: { location: fault.location }, body: '' } }
    case 'html':
      return {
        reply: {
          status: 200,
          headers: { 'content-type': 'text/html; charset=utf-8' },
          body: '<!DOCTYPE html><title>Sign in</title><p>This is not the answer.</p>',
        },
      }
    case 'empty-object':
      return { reply: { status: 200, body: {} } }
    case 'oversized':
      return { reply: { status: 200, body: { padding: 'x'.repeat(fault.bytes) } } }
    case 'hang':
    case 'endless':
    case 'gzip-bomb':
      return { reply: { status: 200 } }
    default:
      return undefined
  }
}

/** An answer with the fields that the fault changes. */
export function spoilt(reply: Reply, fault: Fault): Reply {
  if (typeof reply.body !== 'object' || reply.body === null) return reply
  if (fault.kind === 'replace') return { ...reply, body: { ...reply.body, ...fault.fields } }
  if (fault.kind === 'shift') {
    const fields = new Map<string, unknown>(Object.entries(reply.body))
    fields.set(fault.field, shifted(fields.get(fault.field), fault.seconds))
    return { ...reply, body: Object.fromEntries(fields) }
  }
  return reply
}

function shifted(time: unknown, seconds: number): unknown {
  if (typeof time === 'number') return time + seconds
  if (typeof time !== 'string') return time
  return `${new Date(Date.parse(time) + seconds * 1000).toISOString().slice(0, 19)}Z`
}
