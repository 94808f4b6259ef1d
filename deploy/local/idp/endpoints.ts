import { json, type Route } from '../loopback/route.ts'
import type { KeyRing } from './key-ring.ts'

/**
 * Discovery (OpenID Connect Discovery 1.0 section 4) and the key set (RFC 7517 section 5) of the
 * provider itself and of each realm. All realms share one key ring.
 */
export function publicEndpoints(url: string, keys: KeyRing): readonly Route[] {
  return [
    {
      name: 'discovery',
      method: 'GET',
      path: /^(?:\/realms\/(?<realm>[^/]+))?\/\.well-known\/openid-configuration$/,
      answer: ({ params }) => {
        const issuer = issuerOf(url, params['realm'])
        return json(200, {
          issuer,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['id_token'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: [keys.signing().algorithm],
          claims_supported: ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti'],
        })
      },
    },
    {
      name: 'jwks',
      method: 'GET',
      path: /^(?:\/realms\/[^/]+)?\/jwks$/,
      answer: () => json(200, { keys: keys.published() }),
    },
    {
      name: '_keys',
      method: 'GET',
      path: /^\/_double\/keys$/,
      answer: () => json(200, { keys: keys.everIssued() }),
    },
  ]
}

/** The issuer that a realm stands for; without a realm, the provider itself. */
export function issuerOf(url: string, realm: string | undefined): string {
  return realm === undefined ? url : `${url}/realms/${realm}`
}
