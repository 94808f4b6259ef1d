import { Refusal } from '../domain/refusal.ts'
import type { AccessTokenWish, IdTokenWish } from '../domain/token-request.ts'
import { accessBoundaryOf } from './options.ts'
import type { TokenParameters } from './token-parameters.ts'

const MOST_SCOPES = 100

/** Seconds; no Google access token lives longer. */
export const MOST_LIFETIME = 43_200

/**
 * What the caller wants minted. What belongs to the other kind of token is refused, except a
 * `scope` beside an ID token: clients send theirs with every request, and it grants nothing there.
 * Throws `Refusal` `request`.
 */
export function wishOf(parameters: TokenParameters): AccessTokenWish | IdTokenWish {
  const accessBoundary = accessBoundaryOf(parameters.options)
  const { resource, lifetime } = parameters
  if (parameters.requested_token_type.endsWith(':access_token')) {
    if (resource !== undefined) throw refused('resource is for ID tokens')
    return {
      kind: 'access_token',
      scopes: scopesOf(parameters.scope),
      lifetime: lifetime === undefined ? undefined : secondsOf(lifetime),
      accessBoundary,
    }
  }
  if (lifetime !== undefined) throw refused('lifetime is for access tokens')
  if (accessBoundary !== undefined) throw refused('an access boundary is for access tokens')
  if (resource === undefined) throw refused('resource is required for an ID token')
  if (!URL.canParse(resource)) throw refused('resource is no URI')
  return { kind: 'id_token', audience: resource }
}

/** Each scope once, in the order of the request; nothing but spaces counts as left out. */
function scopesOf(scope: string | undefined): readonly string[] | undefined {
  const scopes = new Set(scope?.split(' ').filter((token) => token !== ''))
  if (scopes.size > MOST_SCOPES) throw refused(`more than ${MOST_SCOPES} scopes`)
  return scopes.size === 0 ? undefined : [...scopes]
}

function secondsOf(lifetime: string): number {
  const seconds = Number.parseInt(lifetime, 10)
  if (seconds > MOST_LIFETIME) throw refused(`lifetime beyond ${MOST_LIFETIME} s`)
  return seconds
}

function refused(detail: string): Refusal {
  return new Refusal('request', { detail })
}
