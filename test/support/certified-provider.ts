import { createHash, randomBytes } from 'node:crypto'
import { exportJWK } from 'jose'
import { Provider, type Context } from 'oidc-provider'
import { createSigningKey } from '../../deploy/local/idp/key-ring.ts'
import type { Algorithm } from '../../shared/domain/claims.ts'
import { serve } from './loopback-server.ts'

/** The name of the client whose tokens are signed by this algorithm: their audience. */
export const CLIENTS = { RS256: 'batch-jobs', ES256: 'stream-jobs' } as const
/** Where access tokens of the provider are meant to go. */
export const RESOURCE = 'https://bureau.example.com'

/** Everything that the provider keeps for a while. */
const ARTIFACTS = [
  'AccessToken',
  'AuthorizationCode',
  'ClientCredentials',
  'Grant',
  'IdToken',
  'Interaction',
  'Session',
]
const REDIRECT = 'https://client.example/callback'
const SECRET = 'a secret of this test alone'

/** A certified OpenID provider on loopback, with one account and two clients. */
export interface CertifiedProvider {
  readonly issuer: string
  /** The ID token of a sign-in by the authorization code flow with PKCE. */
  readonly idToken: (algorithm: Algorithm) => Promise<string>
  /** The JWT access token (RFC 9068) of a client for itself, for `RESOURCE`. */
  readonly accessToken: () => Promise<string>
  readonly close: () => Promise<void>
}

/** Starts the provider. The account's subject is `alice`, its group `readers`, its tenant `1001`. */
export async function startCertifiedProvider(): Promise<CertifiedProvider> {
  const server = await serve((request, response) => {
    const { url = '' } = request
    if (!url.startsWith('/interaction/')) void answer(request, response)
    else void provider.interactionFinished(request, response, { login: { accountId: 'alice' } })
  })
  const { origin: issuer } = server
  const provider = new Provider(issuer, await configuration())
  const answer = provider.callback()
  return {
    issuer,
    idToken: async (algorithm) => tokenIn(await signIn(issuer, CLIENTS[algorithm]), 'id_token'),
    accessToken: async () => {
      const order = { grant_type: 'client_credentials', resource: RESOURCE }
      return tokenIn(await askToken(issuer, CLIENTS.RS256, order), 'access_token')
    },
    close: server.close,
  }
}

async function configuration(): Promise<Readonly<Record<string, unknown>>> {
  const keys = await Promise.all((['RS256', 'ES256'] as const).map(privateJwk))
  return {
    jwks: { keys },
    clients: (['RS256', 'ES256'] as const).map((algorithm) => ({
      client_id: CLIENTS[algorithm],
      client_secret: SECRET,
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'client_credentials'],
      id_token_signed_response_alg: algorithm,
    })),
    ttl: Object.fromEntries(ARTIFACTS.map((name) => [name, 600])),
    cookies: { keys: [randomBytes(32).toString('hex')] },
    claims: { openid: ['sub', 'groups', 'tenant'] },
    conformIdTokenClaims: false,
    findAccount: (_context: Context, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, groups: ['readers'], tenant: '1001' }),
    }),
    loadExistingGrant: consent,
    interactions: { url: (_context: Context, { uid }: { uid: string }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({ scope: '', accessTokenFormat: 'jwt' }),
      },
    },
  }
}

async function privateJwk(algorithm: Algorithm): Promise<object> {
  const { kid, privateKey } = await createSigningKey(algorithm)
  return { ...(await exportJWK(privateKey)), kid, alg: algorithm, use: 'sig' }
}

/** Everybody consents to `openid`. */
async function consent({ oidc }: Context): Promise<unknown> {
  const { clientId } = oidc.client
  const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId })
  grant.addOIDCScope('openid')
  await grant.save()
  return grant
}

/** Follows the redirects of a sign-in as a browser would, up to the client's own address. */
async function signIn(issuer: string, clientId: string): Promise<Response> {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: REDIRECT,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const cookies = new Map<string, string>()
  let next = new URL(`${issuer}/auth?${query.toString()}`)
  while (next.origin === issuer) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } })
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`${next.pathname} answers ${answer.status}`)
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    next = new URL(location, next)
  }
  return askToken(issuer, clientId, {
    grant_type: 'authorization_code',
    code: next.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    code_verifier: verifier,
  })
}

function askToken(
  issuer: string,
  clientId: string,
  order: Readonly<Record<string, string>>,
): Promise<Response> {
  const basic = Buffer.from(`${clientId}:${encodeURIComponent(SECRET)}`).toString('base64')
  return fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams(order),
  })
}

async function tokenIn(answer: Response, name: string): Promise<string> {
  const token: unknown = Reflect.get(Object(await answer.json()), name)
  if (typeof token !== 'string') throw new Error(`no ${name}: ${answer.status}`)
  return token
}
