import { importJWK, type CryptoKey, type JWK } from 'jose'
import type { WorkloadProvider } from '../world.ts'

/** The verification keys of providers. */
export interface ProviderKeys {
  /**
   * The keys that may have signed a token with this header; empty where none fits. Rejects where
   * the issuer cannot be reached or answers nonsense.
   */
  readonly candidates: (
    provider: WorkloadProvider,
    algorithm: string,
    kid: string | undefined,
  ) => Promise<readonly CryptoKey[]>
}

/** Milliseconds that a fetched key set serves. */
const FRESH = 300_000
/** Milliseconds that one fetch may take. */
const PATIENCE = 3000
/** How issuers can tell the double's fetches from anybody else's. */
const USER_AGENT = 'google-double'

/** Fetches and keeps key sets; a `kid` that is not in a kept set causes a new fetch. */
export function createProviderKeys(now: () => number): ProviderKeys {
  const kept = new Map<string, { readonly at: number; readonly keys: Promise<readonly JWK[]> }>()

  const keysOf = (provider: WorkloadProvider, again: boolean): Promise<readonly JWK[]> => {
    if (provider.jwks !== undefined) return Promise.resolve(provider.jwks.keys)
    const from = provider.jwksUri ?? provider.issuer
    const known = kept.get(from)
    if (known !== undefined && !again && now() - known.at < FRESH) return known.keys
    const keys = fetchKeys(provider)
    kept.set(from, { at: now(), keys })
    keys.catch(() => kept.delete(from))
    return keys
  }
  return {
    async candidates(provider, algorithm, kid) {
      let fitting = fit(await keysOf(provider, false), algorithm, kid)
      if (fitting.length === 0) fitting = fit(await keysOf(provider, true), algorithm, kid)
      const keys = await Promise.all(fitting.map((key) => importJWK(key, algorithm)))
      return keys.filter((key): key is CryptoKey => !(key instanceof Uint8Array))
    },
  }
}

function fit(keys: readonly JWK[], algorithm: string, kid: string | undefined): readonly JWK[] {
  const kty = algorithm === 'ES256' ? 'EC' : 'RSA'
  return keys.filter(
    (key) =>
      key.kty === kty &&
      (kid === undefined || key.kid === kid) &&
      (key.use === undefined || key.use === 'sig'),
  )
}

async function fetchKeys(provider: WorkloadProvider): Promise<readonly JWK[]> {
  const uri = provider.jwksUri ?? (await discoveredUri(provider.issuer))
  const { keys } = await fetchJson(uri)
  if (!Array.isArray(keys)) throw new TypeError(`${uri} holds no keys`)
  return keys
}

async function discoveredUri(issuer: string): Promise<string> {
  const found = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  if (found['issuer'] !== issuer) throw new TypeError(`${issuer} calls itself something else`)
  if (typeof found['jwks_uri'] !== 'string') throw new TypeError(`${issuer} names no key set`)
  return found['jwks_uri']
}

async function fetchJson(uri: string): Promise<Record<string, unknown>> {
  const response = await fetch(uri, {
    headers: { 'user-agent': USER_AGENT, accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  })
  if (response.status !== 200) throw new TypeError(`${uri} answers ${response.status}`)
  const body: unknown = await response.json()
  if (typeof body !== 'object' || body === null) throw new TypeError(`${uri} is no object`)
  return { ...body }
}
