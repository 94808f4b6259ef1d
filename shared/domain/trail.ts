import type { Assertion } from './assertion.ts'
import type { Authorization, IssuedToken } from './issued.ts'
import type { Principal } from './principal.ts'
import type { TokenRequest } from './token-request.ts'
import type { CallContext } from './call.ts'

/** Where the request came from and how it is traced. */
export interface Caller {
  readonly address: string
  readonly userAgent: string
  readonly method: string
  /** The path without its query string: a query may hold a token. */
  readonly path: string
  /** 32 hexadecimal digits, from `traceparent` or `X-Cloud-Trace-Context`. */
  readonly traceId: string | undefined
  readonly spanId: string | undefined
  /** Aborted when the caller hangs up before the answer. */
  readonly gone: AbortSignal
}

/** How the key that verified a token was obtained. */
export interface KeyUse {
  readonly kid: string | undefined
  /** Seconds since the key set was fetched; 0 for keys in the policy file. */
  readonly ageSeconds: number
  /** Whether the key set is past its freshness because the identity provider is down. */
  readonly stale: boolean
}

/**
 * The audit event, filled in as the request advances: a step writes what it learnt before it goes
 * on, so that a refusal's record holds everything known up to it. The one mutable thing of a request.
 */
export interface Trail {
  /** UUIDv7; `request_id` on the wire, and the event that Google's own logs name. */
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly receivedAt: number
  readonly caller: Caller
  request?: TokenRequest
  /** What the token says of itself before anything is proved; for records of refusals. */
  claimed?: { readonly issuer?: string; readonly kid?: string; readonly alg?: string }
  policyDigest?: string
  assertion?: Assertion
  key?: KeyUse
  principal?: Principal
  authorization?: Authorization
  /** Ids of `mode: audit` grants that would have covered the request. */
  shadowGrants?: readonly string[]
  /** Id of the denial that won. */
  denial?: string
  issued?: IssuedToken
  /** Milliseconds spent in each stage. */
  readonly stages: Record<string, number>
  /** Calls to each upstream, retries included. */
  readonly attempts: Record<string, number>
}

/** The context of calls to one upstream: its attempts are counted in the trail. */
export function callContext(trail: Trail, upstream: string): CallContext {
  return {
    requestId: trail.requestId,
    onAttempt: () => {
      trail.attempts[upstream] = (trail.attempts[upstream] ?? 0) + 1
    },
    signal: trail.caller.gone,
  }
}

/** Runs one stage of the journey and adds the milliseconds it took to the trail, failed or not. */
export async function timed<T>(
  trail: Trail,
  stage: string,
  now: () => number,
  run: () => T | Promise<T>,
): Promise<T> {
  const started = now()
  try {
    return await run()
  } finally {
    trail.stages[stage] = (trail.stages[stage] ?? 0) + now() - started
  }
}
