import type { KeysFrom, Provider } from '../domain/provider.ts'
import type { GuardedAnswer, GuardedGetOptions } from '../net/guarded-fetch.ts'
import { freshSeconds } from './freshness.ts'
import { judgeKeySet, type KeySet } from './key-set.ts'

/** The guarded fetch, its limits and the loopback setting already chosen. */
export type Get = (
  url: string,
  options: Pick<GuardedGetOptions, 'network' | 'caFile' | 'accept'>,
) => Promise<GuardedAnswer>

/** Where a provider's keys are fetched. */
export interface Whereabouts extends Pick<Provider, 'issuer' | 'network' | 'caFile'> {
  readonly keys: Exclude<KeysFrom, { kind: 'jwks' }>
}

/** A key set as fetched. */
export interface FetchedKeySet {
  readonly set: KeySet
  /** Seconds. */
  readonly freshFor: number
}

/**
 * Fetches a provider's key set, by discovery or from the `jwksUri` of the policy file. Throws
 * `Error` with a constant text.
 */
export async function fetchKeySet(provider: Whereabouts, get: Get): Promise<FetchedKeySet> {
  const { keys, network, caFile } = provider
  const uri = keys.kind === 'jwksUri' ? keys.uri : await discoverJwksUri(provider, get)
  const accept = 'application/jwk-set+json, application/json'
  const { text, headers } = await get(uri, { network, caFile, accept })
  return { set: judgeKeySet(objectOf(text)['keys']), freshFor: freshSeconds(headers) }
}

/**
 * The `jwks_uri` of an issuer (OpenID Connect Discovery 1.0 section 4). The document's `issuer`
 * must be the same string, and `jwks_uri` of the issuer's own origin: a document cannot point the
 * bureau at another host. An issuer that keeps its keys elsewhere (accounts.google.com,
 * sts.windows.net, the API server of a Kubernetes cluster) has `keys: {jwksUri: URL}` in the policy
 * file.
 */
export async function discoverJwksUri(provider: Whereabouts, get: Get): Promise<string> {
  const { issuer, network, caFile } = provider
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { text } = await get(address, { network, caFile, accept: 'application/json' })
  const { issuer: stated, jwks_uri: uri } = objectOf(text)
  if (stated !== issuer) throw new Error('the discovery document is of another issuer')
  const parsed = typeof uri === 'string' ? URL.parse(uri) : null
  if (parsed === null) throw new Error('the discovery document has no jwks_uri')
  if (parsed.origin !== new URL(issuer).origin) throw new Error('the jwks_uri is on another host')
  return parsed.href
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw new Error('the answer is not JSON')
  }
  if (typeof value !== 'object' || value === null) throw new Error('the answer is not an object')
  return value as Readonly<Record<string, unknown>>
}
