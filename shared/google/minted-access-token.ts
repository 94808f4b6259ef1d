import { badAnswer, isToken, type Api } from './answers.ts'

/** Seconds by which Google's clock may be ahead of ours. */
const SKEW = 60

/** RFC 3339 in UTC. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/

/**
 * The token of a `generateAccessToken` answer, `{"accessToken", "expireTime"}`; `expiresAt` in
 * seconds since the epoch, `now` in milliseconds. Throws `Refusal` `upstream_bad` where the token
 * is none, has expired, or outlives the `lifetime` (seconds) that was asked for.
 */
export function mintedAccessToken(
  api: Api,
  answered: Readonly<Record<string, unknown>>,
  now: number,
  lifetime: number,
): { readonly token: string; readonly expiresAt: number } {
  const { accessToken: token, expireTime } = answered
  if (!isToken(token)) throw badAnswer(api, 'unusable accessToken')
  if (typeof expireTime !== 'string' || !TIMESTAMP.test(expireTime)) {
    throw badAnswer(api, 'unusable expireTime')
  }
  const expiresAt = Math.floor(Date.parse(expireTime) / 1_000)
  // Written so that a date which does not exist (NaN) is refused as well.
  if (!(expiresAt * 1_000 > now)) throw badAnswer(api, 'expireTime is past')
  if (expiresAt > now / 1_000 + lifetime + SKEW) {
    throw badAnswer(api, 'expireTime is beyond the lifetime that was asked for')
  }
  return { token, expiresAt }
}
