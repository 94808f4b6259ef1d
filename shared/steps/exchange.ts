import type { RecordedIntent } from '../domain/issued.ts'
import { Refusal } from '../domain/refusal.ts'
import type { FederatedToken, SubjectToken } from '../domain/secret.ts'
import { callContext, type Trail } from '../domain/trail.ts'
import type { World } from '../domain/world.ts'

/**
 * Obtains the token that may impersonate: from Google's STS for the caller's own token
 * (`federation`) or for the bureau's word (`assertion`), or the function's own (`impersonation`).
 * Throws `Refusal`: `upstream_denied`, `upstream`, `upstream_bad`, `quota`.
 */
export async function exchange(
  { authorization }: RecordedIntent,
  subjectToken: SubjectToken,
  world: Pick<World, 'sts' | 'ownIdentity' | 'assertions'>,
  trail: Trail,
): Promise<FederatedToken> {
  const { principal } = authorization
  const { provider } = principal.assertion
  if (provider.exchange === 'impersonation') return world.ownIdentity.accessToken()
  if (provider.resourceName === undefined) {
    throw new Refusal('fault', { detail: `provider ${provider.id} has no resource name` })
  }
  const word =
    provider.exchange === 'assertion' ? await world.assertions.sign(principal) : subjectToken
  return world.sts.exchange(provider.resourceName, word, callContext(trail, 'sts'))
}
