import type { IssuedToken } from '../domain/issued.ts'

/**
 * The body of a successful token request. Every client needs all of the first four members: Go
 * `expires_in` above zero, Java `token_type`, Python `expires_in`. An ID token is no bearer token of
 * the bureau's own resources: `N_A` (RFC 8693 section 2.2.1). `now` in milliseconds since the epoch.
 */
export function tokenAnswer({ token, order, expiresAt }: IssuedToken, now: number) {
  const body = {
    access_token: token.reveal(),
    issued_token_type: `urn:ietf:params:oauth:token-type:${order.kind}`,
    token_type: order.kind === 'access_token' ? 'Bearer' : 'N_A',
    expires_in: Math.max(1, Math.floor(expiresAt - now / 1000)),
  }
  return order.kind === 'access_token' ? { ...body, scope: order.scopes.join(' ') } : body
}
