import type { IncomingHttpHeaders } from 'node:http'
import type { Secret } from '../domain/secret.ts'

const COOKIE = 'token_bureau_console'

/** Seconds that a browser keeps the cookie; the token in it may end sooner. */
const MOST_AGE = 3600

/**
 * The cookie that signs a browser in where no proxy does: on loopback. Its value is the ID token; no
 * script can read it, and no other site's request carries it.
 */
export function sessionCookie(idToken: Secret<string>): string {
  return `${COOKIE}=${idToken.reveal()}; Path=/; Max-Age=${MOST_AGE}; HttpOnly; SameSite=Strict`
}

/** Ends the session in the browser. */
export const NO_SESSION = `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`

/** The headers of a request that brings this token. */
export function bearerOf(idToken: Secret<string>): IncomingHttpHeaders {
  return { authorization: `Bearer ${idToken.reveal()}` }
}

/** The request's headers with the session's token as a bearer token, unless there is one already. */
export function withSession(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const token = sessionToken(headers)
  if (token === undefined || headers.authorization !== undefined) return headers
  return { ...headers, authorization: `Bearer ${token}` }
}

/** The session's token; undefined where there is none. */
export function sessionToken({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  for (const pair of cookie.split(';')) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === COOKIE && value !== undefined && value !== '') return value
  }
  return undefined
}
