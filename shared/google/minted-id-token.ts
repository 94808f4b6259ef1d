import { badAnswer, isToken, type Api } from './answers.ts'

/** Seconds that Google's ID tokens live, and by which its clock may be ahead of ours. */
const LIFETIME = 3_600
const SKEW = 60

const JWT = /^[\w-]+\.([\w-]+)\.[\w-]+$/

/**
 * The token of a `generateIdToken` answer, `{"token"}`; `expiresAt` in seconds since the epoch,
 * `now` in milliseconds. Throws `Refusal` `upstream_bad` where it is no JWT, is meant for another
 * audience or account than asked for, has expired, or lives longer than Google's do. The signature
 * is not verified: the token came over TLS from its issuer.
 */
export function mintedIdToken(
  api: Api,
  answered: Readonly<Record<string, unknown>>,
  now: number,
  asked: { readonly audience: string; readonly email: string | undefined },
): { readonly token: string; readonly expiresAt: number } {
  const { token } = answered
  if (!isToken(token)) throw badAnswer(api, 'unusable token')
  const claims = claimsOf(token)
  if (claims === undefined) throw badAnswer(api, 'the ID token is no JWT')
  if (claims['aud'] !== asked.audience) throw badAnswer(api, 'the ID token has another audience')
  if (asked.email !== undefined && claims['email'] !== asked.email) {
    throw badAnswer(api, 'the ID token has another e-mail')
  }
  const { exp: expiresAt } = claims
  if (typeof expiresAt !== 'number' || !Number.isInteger(expiresAt)) {
    throw badAnswer(api, 'the ID token has no usable exp')
  }
  if (expiresAt * 1_000 <= now) throw badAnswer(api, 'the ID token has expired')
  if (expiresAt > now / 1_000 + LIFETIME + SKEW) {
    throw badAnswer(api, 'the ID token lives too long')
  }
  return { token, expiresAt }
}

function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const payload = JWT.exec(token)?.[1]
  if (payload === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined
    return claims as Readonly<Record<string, unknown>>
  } catch {
    // The parser's error quotes its input, a part of the token.
    return undefined
  }
}
