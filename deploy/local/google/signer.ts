import { CompactSign, compactVerify, decodeProtectedHeader, type JWK } from 'jose'
import { createSigningKey } from '../idp/key-ring.ts'

/** The issuer of every ID token that Google signs. */
export const GOOGLE_ISSUER = 'https://accounts.google.com'

/** Google's signing of ID tokens: RS256, keys at `/oauth2/v3/certs`. */
export interface GoogleSigner {
  readonly jwks: () => { readonly keys: readonly JWK[] }
  readonly sign: (claims: object) => Promise<string>
  /** The claims of a token that this signer signed; undefined for every other text. */
  readonly open: (token: string) => Promise<Readonly<Record<string, unknown>> | undefined>
}

/** A signer with a fresh key. */
export async function createSigner(): Promise<GoogleSigner> {
  const { kid, privateKey, publicJwk } = await createSigningKey('RS256')
  return {
    jwks: () => ({ keys: [publicJwk] }),
    sign: (claims) =>
      new CompactSign(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .sign(privateKey),
    open: async (token) => {
      try {
        if (decodeProtectedHeader(token).kid !== kid) return undefined
        const { payload } = await compactVerify(token, publicJwk, { algorithms: ['RS256'] })
        return JSON.parse(Buffer.from(payload).toString('utf8'))
      } catch {
        return undefined
      }
    },
  }
}
