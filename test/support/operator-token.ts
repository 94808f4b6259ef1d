import type { Google } from '../../deploy/local/google/google.ts'

/** The e-mail that the tests' private functions let in. */
export const OPERATOR = 'operator@acme.example'

/** A Google-signed ID token of an operator for the function at `audience`, but for the claims. */
export function operatorToken(
  google: Google,
  audience: string,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  return google.sign({
    iss: 'https://accounts.google.com',
    aud: audience,
    sub: '100000000000000000001',
    email: OPERATOR,
    email_verified: true,
    iat,
    exp: iat + 300,
    ...claims,
  })
}
