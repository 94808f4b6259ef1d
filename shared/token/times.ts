import type { Claims } from '../domain/claims.ts'
import { Refusal } from '../domain/refusal.ts'

/** Seconds by which an identity provider's clock and ours may differ. */
export const CLOCK_SKEW = 30

/** Seconds between `iat` and `exp`, at most: Google refuses longer lives too. */
const MAX_LIFETIME = 86_400

/** Seconds since the epoch, fractions cut off. */
export interface Lifespan {
  readonly issuedAt: number
  readonly expiresAt: number
}

/**
 * Checks `exp`, `iat` and `nbf` (RFC 7519 section 4.1) against `now` in seconds since the epoch.
 * `maxTokenAge` in seconds, without skew: a limit that the policy states is kept to the letter.
 * Every comparison says what must hold, so that no odd value slips through. Throws `Refusal` `time`.
 */
export function checkTimes(claims: Claims, maxTokenAge: number, now: number): Lifespan {
  const { exp, iat, nbf } = claims
  if (!isTime(exp)) throw untimely('exp is missing or no time')
  if (!isTime(iat)) throw untimely('iat is missing or no time')
  if (nbf !== undefined && !isTime(nbf)) throw untimely('nbf is no time')

  if (!(iat < exp)) throw untimely('exp is not after iat')
  if (!(exp - iat <= MAX_LIFETIME)) throw untimely(`lives longer than ${MAX_LIFETIME} s`)
  if (!(now < exp + CLOCK_SKEW)) throw untimely(`expired ${Math.floor(now - exp)} s ago`)
  if (!(iat <= now + CLOCK_SKEW)) throw untimely(`issued ${Math.ceil(iat - now)} s in the future`)
  if (!(now - iat <= maxTokenAge)) throw untimely(`issued more than ${maxTokenAge} s ago`)
  if (nbf !== undefined && !(nbf <= now + CLOCK_SKEW)) {
    throw untimely(`not valid for another ${Math.ceil(nbf - now)} s`)
  }
  return { issuedAt: Math.floor(iat), expiresAt: Math.floor(exp) }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}

function untimely(detail: string): Refusal {
  return new Refusal('time', { detail })
}
