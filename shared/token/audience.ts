import type { Provider } from '../domain/provider.ts'
import { Refusal } from '../domain/refusal.ts'

/** The provider that a token was made for, and the `aud` value that says so. */
export interface Addressee {
  readonly provider: Provider
  readonly audience: string
}

/**
 * Chooses, among the providers of one issuer, the one whose audiences hold a value of the token's
 * `aud`, compared as they stand. A resource name that the request `wanted` narrows the choice where
 * it names one of these providers; any other is left to authorization. A token that speaks to two
 * providers is refused: which rules apply must not depend on their order. Throws `Refusal`
 * `audience`.
 */
export function addresseeOf(
  providers: readonly Provider[],
  audiences: readonly string[],
  wanted: string | undefined,
): Addressee {
  const named = providers.filter(
    ({ resourceName }) => resourceName !== undefined && resourceName === wanted,
  )
  const candidates = named.length > 0 ? named : providers
  const [first, second] = candidates.flatMap((provider) => {
    const audience = audiences.find((value) => provider.audiences.has(value))
    return audience === undefined ? [] : [{ provider, audience }]
  })
  if (first === undefined) {
    throw new Refusal('audience', { detail: 'aud holds no audience of this issuer' })
  }
  if (second !== undefined) {
    const ids = `${first.provider.id} and ${second.provider.id}`
    throw new Refusal('audience', { detail: `aud fits two providers: ${ids}` })
  }
  return first
}
