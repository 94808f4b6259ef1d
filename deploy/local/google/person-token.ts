import type { GoogleDouble } from './double.ts'
import { GOOGLE_ISSUER } from './signer.ts'

/** Whose ID token is wanted, and for whom. */
export interface PersonTokenOrder {
  readonly email: string
  readonly audience: string
  readonly subject: string
  /** Seconds; may be negative. */
  readonly lifetime: number
  /** Over those of every token. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** Signs the ID token that Google gives a signed-in person; it does not enter the ledger. */
export function personIdToken(google: GoogleDouble, order: PersonTokenOrder): Promise<string> {
  const { email, audience, subject, lifetime, claims } = order
  const iat = Math.floor(google.now() / 1000)
  return google.signer.sign({
    iss: GOOGLE_ISSUER,
    aud: audience,
    azp: subject,
    sub: subject,
    email,
    email_verified: true,
    iat,
    exp: iat + lifetime,
    ...claims,
  })
}
