import type { IncomingHttpHeaders } from 'node:http'
import type { AccountConfig } from './config.ts'
import type { GoogleDouble } from './double.ts'
import { GOOGLE_ISSUER } from './signer.ts'

/** Seconds that a Google ID token lives. */
const LIFETIME = 3600

/** What is asked of an ID token. */
export interface IdTokenOrder {
  readonly audience: string
  readonly includeEmail: boolean
  /** The authorized party: the account's numeric id, or its e-mail. */
  readonly azp: string
}

/** Signs a service account's ID token of one hour and enters it in the ledger. */
export async function accountIdToken(
  account: AccountConfig,
  order: IdTokenOrder,
  google: GoogleDouble,
  door: { readonly method: string; readonly principalSubject: string },
  headers: IncomingHttpHeaders,
): Promise<string> {
  const iat = Math.floor(google.now() / 1000)
  const token = await google.signer.sign({
    aud: order.audience,
    azp: order.azp,
    ...(order.includeEmail ? { email: account.email, email_verified: true } : {}),
    exp: iat + LIFETIME,
    iat,
    iss: GOOGLE_ISSUER,
    sub: account.uniqueId,
  })
  google.ledger.write(
    token,
    {
      kind: 'id_token',
      ...door,
      account: account.email,
      audience: order.audience,
      lifetime: LIFETIME,
    },
    headers,
  )
  return token
}
