import type { AccessTokenOrder, IssuedToken, RecordedIntent } from '../domain/issued.ts'
import type { FederatedToken } from '../domain/secret.ts'
import { callContext, type Trail } from '../domain/trail.ts'
import type { World } from '../domain/world.ts'

/**
 * Has Google mint exactly what was authorized, as the grant's service account (IAM Credentials API:
 * `generateAccessToken`, `generateIdToken`; then the access boundary, where one was asked for).
 * Throws `Refusal`: `upstream_denied`, `upstream`, `upstream_bad`, `quota`.
 */
export async function impersonate(
  intent: RecordedIntent,
  caller: FederatedToken,
  world: Pick<World, 'sts' | 'iamCredentials'>,
  trail: Trail,
): Promise<IssuedToken> {
  const { grant, order } = intent.authorization
  const { serviceAccount, delegates } = grant
  const context = callContext(trail, 'iamCredentials')
  const minted =
    order.kind === 'id_token'
      ? await world.iamCredentials.generateIdToken(
          caller,
          serviceAccount,
          { audience: order.audience, includeEmail: order.includeEmail, delegates },
          context,
        )
      : await mintAccessToken(order)
  return { ...minted, order, serviceAccount }

  async function mintAccessToken({ scopes, lifetime, accessBoundary }: AccessTokenOrder) {
    const broad = await world.iamCredentials.generateAccessToken(
      caller,
      serviceAccount,
      { scopes, lifetime, delegates },
      context,
    )
    if (accessBoundary === undefined) return broad
    const token = await world.sts.downscope(broad.token, accessBoundary, callContext(trail, 'sts'))
    return { token, expiresAt: broad.expiresAt }
  }
}
