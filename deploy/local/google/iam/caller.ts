import type { IncomingHttpHeaders } from 'node:http'
import { apiError, errorInfo } from '../api-error.ts'
import type { GoogleDouble } from '../double.ts'
import type { Holder, OpaqueToken } from '../minted.ts'
import type { Reply } from '../../loopback/route.ts'

const CREDENTIAL =
  'Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.'

/** The bearer token of a request; undefined where there is none. */
export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer (?<token>\S+)$/i.exec(headers.authorization ?? '')?.groups?.['token']
}

/** The access token that a request presents, or the 401 that Google's APIs give. */
export function authenticate(
  headers: IncomingHttpHeaders,
  google: GoogleDouble,
): { readonly token: OpaqueToken } | { readonly refusal: Reply } {
  const text = bearerOf(headers)
  if (text === undefined) {
    return {
      refusal: apiError(
        401,
        `Request is missing required authentication credential. ${CREDENTIAL}`,
        [errorInfo('CREDENTIALS_MISSING', 'googleapis.com')],
        { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' },
      ),
    }
  }
  const token = google.vault.find(text)
  if (token !== undefined) return { token }
  return {
    refusal: apiError(
      401,
      `Request had invalid authentication credentials. ${CREDENTIAL}`,
      [errorInfo('ACCESS_TOKEN_TYPE_UNSUPPORTED', 'googleapis.com')],
      { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
    ),
  }
}

/** The 403 where none of the scopes that would do is in the token; undefined where one is. */
export function scopeRefusal(token: OpaqueToken, anyOf: readonly string[]): Reply | undefined {
  if (token.scopes.some((scope) => anyOf.includes(scope))) return undefined
  return apiError(403, 'Request had insufficient authentication scopes.', [
    errorInfo('ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'googleapis.com'),
  ])
}

/** Every IAM member form that a holder answers to. */
export function membersOf(holder: Holder): readonly string[] {
  return holder.kind === 'account' ? [`serviceAccount:${holder.email}`] : holder.principals
}
