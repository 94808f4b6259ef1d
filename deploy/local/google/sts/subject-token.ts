import { compactVerify } from 'jose'
import type { Claims, ClaimValue } from '../../../../shared/domain/claims.ts'
import type { WorkloadProvider } from '../world.ts'
import type { ProviderKeys } from './provider-keys.ts'
import { refused, StsError } from './sts-error.ts'

/** Seconds by which clocks may differ. */
const SKEW = 60

/** A subject token that holds for a provider. */
export interface VerifiedSubject {
  readonly claims: Claims
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

/**
 * Verifies a subject token as Google's STS does: form, issuer, audience, times, then the signature.
 * `now` is in seconds. Throws `StsError`.
 */
export async function verifySubject(
  token: string,
  provider: WorkloadProvider,
  keys: ProviderKeys,
  now: number,
): Promise<VerifiedSubject> {
  const { header, claims } = decode(token)
  checkIssuer(claims, provider)
  checkAudience(claims, provider)
  const expiresAt = checkTimes(claims, now)
  await checkSignature(token, header, provider, keys)
  return { claims, expiresAt }
}

function decode(token: string): { readonly header: Claims; readonly claims: Claims } {
  const parts = token.split('.')
  const [header, payload] = parts.slice(0, 2).map((part) => objectOf(part))
  if (parts.length !== 3 || header === undefined || payload === undefined) throw refused('parse')
  return { header, claims: payload }
}

function objectOf(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Object.assign(Object.create(null), value) as Claims
  } catch {
    return undefined
  }
}

function checkIssuer(claims: Claims, { issuer }: WorkloadProvider): void {
  if (claims['iss'] === issuer) return
  throw new StsError(
    'invalid_grant',
    `The issuer in ID Token ${shown(claims['iss'])} does not match the expected ones: ${issuer}`,
  )
}

function checkAudience(claims: Claims, { allowedAudiences, name }: WorkloadProvider): void {
  const own = [`//iam.googleapis.com/${name}`, `https://iam.googleapis.com/${name}`]
  const expected = allowedAudiences.length > 0 ? allowedAudiences : own
  const audience = claims['aud']
  const given: readonly unknown[] = Array.isArray(audience) ? audience : [audience ?? '']
  if (given.some((each) => typeof each === 'string' && expected.includes(each))) return
  throw new StsError(
    'invalid_grant',
    `The audience in ID Token [${given.map(String).join(', ')}] does not match the expected audience.`,
  )
}

/** Expired, of the future, or without `exp` or `iat`: all are stale. */
function checkTimes(claims: Claims, now: number): number {
  const { iat, exp, nbf } = claims
  const timely =
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    iat <= now + SKEW &&
    exp > now - SKEW &&
    (typeof nbf !== 'number' || nbf <= now + SKEW)
  if (timely) return exp
  throw new StsError('invalid_grant', `ID Token issued at ${shown(iat)} is stale to sign-in.`)
}

async function checkSignature(
  token: string,
  header: Claims,
  provider: WorkloadProvider,
  keys: ProviderKeys,
): Promise<void> {
  const { alg, kid } = header
  if (alg !== 'RS256' && alg !== 'ES256') throw refused('signature')
  const candidates = await keys
    .candidates(provider, alg, typeof kid === 'string' ? kid : undefined)
    .catch(() => [])
  if (candidates.length === 0) throw refused('connecting')
  for (const key of candidates) {
    const verified = await compactVerify(token, key, { algorithms: [alg] }).catch(() => undefined)
    if (verified !== undefined) return
  }
  throw refused('signature')
}

function shown(value: ClaimValue | undefined): string {
  if (value === undefined) return 'null'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
