import type { Authorization, IssuedToken, RecordedIntent, RecordedToken } from '../domain/issued.ts'
import { Refusal } from '../domain/refusal.ts'
import type { Trail } from '../domain/trail.ts'
import type { World } from '../domain/world.ts'

/** Records what Google is about to be asked. Throws `Refusal` `audit_unavailable`. */
export async function recordIntent(
  authorization: Authorization,
  world: Pick<World, 'recorder'>,
  trail: Trail,
): Promise<RecordedIntent> {
  await world.recorder.intent(trail)
  return { authorization, recorded: 'intent' }
}

/**
 * Records what Google minted, before it may leave. Throws `Refusal`: `audit_unavailable`, or
 * `aborted` where the caller is gone and nobody would receive the token.
 */
export async function recordIssued(
  issued: IssuedToken,
  world: Pick<World, 'recorder'>,
  trail: Trail,
): Promise<RecordedToken> {
  trail.issued = issued
  if (trail.caller.gone.aborted) throw new Refusal('aborted')
  await world.recorder.outcome(trail, 200, undefined)
  return { issued, recorded: 'issued' }
}
