import { verify } from 'node:crypto'
import { strictObject, type JsonObject } from './json.ts'
import type { ProviderRule, PublishedKey } from './rules.ts'
import { no } from './verdict.ts'

/** A proved token: its claims, and whose word it is. */
export interface Proof {
  readonly provider: ProviderRule
  readonly claims: JsonObject
}

const SKEW = 30
const DAY = 86_400
const LARGEST = 16_384
const HEADER = { depth: 4, members: 32, items: 32 }
const PAYLOAD = { depth: 32, members: 512, items: 1000 }

/**
 * Proves a token (RFC 7515 section 5.2, RFC 7519 section 7.2, RFC 8725). `wanted` is the resource
 * name of a provider that the request gave; `now` in seconds, with fractions.
 */
export function prove(
  token: string,
  wanted: string | undefined,
  providers: readonly ProviderRule[],
  now: number,
): Proof {
  if (token.length > LARGEST) no('too long')
  const parts = token.split('.')
  if (parts.length !== 3) no('not three parts')
  const [header = '', payload = '', signature = ''] = parts
  const { alg, kid } = headerOf(bytesOf(header))
  const claims = strictObject(bytesOf(payload), PAYLOAD)
  const signed = bytesOf(signature)

  const provider = addressee(claims, wanted, providers)
  if (!provider.algorithms.includes(alg)) no('an algorithm that the provider does not take')
  const key = keyOf(provider.keys, alg, kid)
  if (!isSigned(key, `${header}.${payload}`, signed)) no('the signature')
  checkTimes(claims, provider.maxTokenAge, now)
  checkNames(claims)
  return { provider, claims }
}

/** Strict base64url: what a part decodes to must encode to that part, and to no other. */
function bytesOf(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.length === 0 || bytes.toString('base64url') !== part) no('not base64url')
  return bytes
}

function headerOf(bytes: Buffer): { readonly alg: string; readonly kid: unknown } {
  const { alg, kid, typ, ...others } = strictObject(bytes, HEADER)
  const known = new Set(['x5t', 'x5t#S256'])
  if (Object.keys(others).some((name) => !known.has(name))) no('a header member')
  if (typ !== undefined && (typeof typ !== 'string' || typ.toLowerCase() !== 'jwt')) no('typ')
  if (alg !== 'RS256' && alg !== 'ES256') return no('alg')
  return { alg, kid }
}

function addressee(
  { iss, aud }: JsonObject,
  wanted: string | undefined,
  providers: readonly ProviderRule[],
): ProviderRule {
  const ofIssuer = providers.filter(({ issuer }) => issuer === iss)
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (audiences.length === 0 || audiences.length > 100) no('aud')
  if (!audiences.every((one) => typeof one === 'string')) no('aud')
  const named = ofIssuer.filter(
    ({ resourceName }) => wanted !== undefined && resourceName === wanted,
  )
  const fitting = (named.length > 0 ? named : ofIssuer).filter((provider) =>
    provider.audiences.some((one) => audiences.includes(one)),
  )
  const [only] = fitting
  if (only === undefined || fitting.length > 1) return no('no provider, or two')
  return only
}

function keyOf(keys: readonly PublishedKey[], alg: string, kid: unknown): PublishedKey {
  const named = kid === undefined ? keys : keys.filter((key) => key.kid === kid)
  const [key] = named
  if (key === undefined || named.length > 1 || key.alg !== alg)
    return no('no key, or no single one')
  return key
}

function isSigned({ alg, key }: PublishedKey, input: string, signature: Buffer): boolean {
  const options = alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' as const } : key
  return verify('sha256', Buffer.from(input), options, signature)
}

function checkTimes({ exp, iat, nbf }: JsonObject, maxTokenAge: number, now: number): void {
  if (typeof exp !== 'number' || exp < 0) return no('exp')
  if (typeof iat !== 'number' || iat < 0) return no('iat')
  if (exp <= iat || exp - iat > DAY) no('its life')
  if (now >= exp + SKEW) no('expired')
  if (iat > now + SKEW) no('issued in the future')
  if (now - iat > maxTokenAge) no('too old')
  if (nbf === undefined) return
  if (typeof nbf !== 'number' || nbf < 0 || nbf > now + SKEW) no('not yet valid')
}

const UNSEEN =
  /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\p{Noncharacter_Code_Point}/u

function checkNames({ sub, jti }: JsonObject): void {
  if (typeof sub !== 'string' || sub.length < 1 || sub.length > 255) return no('sub')
  if (UNSEEN.test(sub)) no('sub holds what nobody sees')
  if (jti === undefined) return
  if (typeof jti !== 'string' || jti.length < 1 || jti.length > 255) no('jti')
}
