import type { IncomingHttpHeaders } from 'node:http'
import type { GoogleDouble } from '../double.ts'
import { fingerprint } from '../minted.ts'
import type { StsRequest } from './form.ts'
import { mappedPrincipals } from './mapped.ts'
import { refused } from './sts-error.ts'
import { verifySubject } from './subject-token.ts'
import { TOKEN_TYPES, type StsReply } from './token-types.ts'

/** Seconds that a federated token lives at most. */
const MAX_LIFETIME = 3600

/** Full resource names of providers; workforce pools are well formed and never exist here. */
const AUDIENCE =
  /^\/\/iam\.googleapis\.com\/(?<name>projects\/[0-9]+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+|locations\/global\/workforcePools\/[a-z0-9-]+\/providers\/[a-z0-9-]+)$/

/**
 * Exchanges an identity provider's token for a federated one (REST reference of the Security Token
 * Service, `token`). Throws `StsError`.
 */
export async function exchangeSubject(
  request: StsRequest,
  google: GoogleDouble,
  headers: IncomingHttpHeaders,
): Promise<StsReply> {
  const name = AUDIENCE.exec(request.audience)?.groups?.['name']
  if (name === undefined) throw refused('audience_form')
  if (request.scopes.length === 0) throw refused('scope')
  if (request.requestedTokenType !== TOKEN_TYPES.accessToken) throw refused('requested_token_type')
  const { jwt, idToken } = TOKEN_TYPES
  if (request.subjectTokenType !== jwt && request.subjectTokenType !== idToken) {
    throw refused('subject_token_type')
  }
  const provider = google.world().providers.get(name)
  if (provider === undefined) throw refused('target')

  const now = Math.floor(google.now() / 1000)
  const subject = await verifySubject(request.subjectToken, provider, google.providerKeys, now)
  const principals = mappedPrincipals(subject.claims, provider)

  const lifetime = Math.max(1, Math.floor(Math.min(subject.expiresAt - now, MAX_LIFETIME)) - 1)
  const token = google.vault.mint('ya29.d.', {
    holder: { kind: 'federated', principals },
    scopes: request.scopes,
    expiresAt: google.now() + lifetime * 1000,
  })
  const [principalSubject = ''] = principals
  google.ledger.write(
    token,
    {
      kind: 'federated',
      method: 'google.identity.sts.v1.SecurityTokenService.ExchangeToken',
      subjectFingerprint: fingerprint(request.subjectToken),
      principalSubject,
      scopes: request.scopes,
      audience: request.audience,
      lifetime,
    },
    headers,
  )
  return {
    access_token: token,
    issued_token_type: TOKEN_TYPES.accessToken,
    token_type: 'Bearer',
    expires_in: lifetime,
  }
}
