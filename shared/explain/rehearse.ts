import type { Policy } from '../domain/policy.ts'
import { Refusal } from '../domain/refusal.ts'
import type { TokenRequest } from '../domain/token-request.ts'
import { decide, refused, type Decision } from './decision.ts'
import { examineClaims, type UnsignedClaims } from './examine-claims.ts'
import type { Examined } from './examined.ts'
import { explain, explainMalformed, type Explanation } from './explain.ts'

/** Reads a request as the endpoint does. Throws `Refusal` `request`. */
export type ReadRequest<Written> = (written: Written) => TokenRequest

/** A request that was not made: whose claims it would come with, and what it would ask for. */
export interface Rehearsal<Written> {
  readonly caller: UnsignedClaims
  readonly request: Written
}

/** What a rehearsal came to, with what it looked at on the way. */
export interface Rehearsed {
  readonly decision: Decision
  /** Undefined where the request itself was malformed. */
  readonly examined: Examined | undefined
  readonly request: TokenRequest | undefined
}

/**
 * Decides a request for claims that nobody signed, by the same map and authorize as in earnest. `now`
 * in seconds since the epoch.
 */
export function rehearse<Written>(
  { caller, request: written }: Rehearsal<Written>,
  policy: Policy,
  read: ReadRequest<Written>,
  now: number,
): Rehearsed {
  const request = readOr(read, written)
  if (request instanceof Refusal)
    return { decision: refused(request), examined: undefined, request: undefined }
  const examined = examineClaims(caller, policy, now, wantedBy(request))
  const { assertion, refusal } = examined
  if (refusal !== undefined || assertion === undefined) {
    const stopped = refusal ?? new Refusal('fault')
    return { decision: refused(stopped), examined, request }
  }
  return { decision: decide(assertion, request, policy).decision, examined, request }
}

/** Explains what {@link rehearse} decides. */
export function explainRehearsal<Written>(
  { caller, request: written }: Rehearsal<Written>,
  policy: Policy,
  read: ReadRequest<Written>,
  now: number,
): Explanation {
  const request = readOr(read, written)
  if (request instanceof Refusal) return explainMalformed(request, policy)
  return explain(examineClaims(caller, policy, now, wantedBy(request)), request, policy)
}

/** The provider's resource name that a request gives, which narrows whose token it is. */
export function wantedBy({ target }: TokenRequest): string | undefined {
  return target.kind === 'provider' ? target.resourceName : undefined
}

function readOr<Written>(read: ReadRequest<Written>, written: Written): TokenRequest | Refusal {
  try {
    return read(written)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
