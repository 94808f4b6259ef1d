import { createHash } from 'node:crypto'
import type { Assertion } from '../domain/assertion.ts'
import { Refusal } from '../domain/refusal.ts'
import type { World } from '../domain/world.ts'
import { CLOCK_SKEW } from '../token/times.ts'

/**
 * Takes the one use of a token whose provider says `singleUse`, before Google is asked for
 * anything: of any number of requests at once, one passes. The key is a digest of issuer and `jti`,
 * so another spelling of the token (an ES256 signature has two) is the same use. It is kept for as
 * long as the token could be accepted. The returned function gives the use back after a failure
 * that was not the caller's; it never throws, for a use that cannot be given back stays taken. A
 * token older than what the store remembers may have been used before: refused.
 * Throws `Refusal`: `replay`, `state_unavailable`.
 */
export async function reserveOnce(
  { provider, issuer, jti, issuedAt, expiresAt }: Assertion,
  { state, now }: Pick<World, 'state' | 'now'>,
): Promise<() => Promise<void>> {
  if (!provider.singleUse) return async () => {}
  if (jti === undefined) throw new Refusal('claims', { detail: 'jti is missing' })

  const key = `single-use:${createHash('sha256')
    .update(JSON.stringify([issuer, jti]))
    .digest('hex')}`
  const seconds = Math.max(1, Math.ceil(expiresAt + CLOCK_SKEW - now() / 1000) + 1)
  const release = await state.reserve(key, seconds, issuedAt)
  if (release === 'taken') throw new Refusal('replay', { detail: 'the token was used before' })
  if (release === 'forgotten') {
    throw new Refusal('replay', {
      detail: 'the token is older than what the state store remembers',
    })
  }
  return () => release().catch(() => undefined)
}

/**
 * Refuses a verified token whose signature is written in a second way: `replay` where the first
 * way was used already, so that the record names the attack, else `format`. Without `state` nobody
 * asks for that difference.
 */
export async function refuseRespelt(
  assertion: Assertion,
  { state, now }: Pick<World, 'now'> & Partial<Pick<World, 'state'>>,
): Promise<never> {
  if (state !== undefined) {
    const release = await reserveOnce(assertion, { state, now })
    await release()
  }
  throw new Refusal('format', { detail: 'the signature has unused bits' })
}
