import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { Provider, type Context } from 'oidc-provider'
import { yardstickSettings } from './settings.ts'

/**
 * oidc-provider with a token-exchange grant, as its documentation has one registered: the subject
 * token is verified, and an opaque access token of its own is issued and kept in memory. It calls no
 * upstream.
 */
const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const settings = yardstickSettings(process.env)
const keys = createRemoteJWKSet(new URL(`${settings.issuer}/jwks`))

const provider = new Provider(`http://127.0.0.1:${settings.port}`, {
  clients: [
    {
      client_id: 'bench',
      token_endpoint_auth_method: 'none',
      grant_types: [GRANT],
      redirect_uris: [],
      response_types: [],
    },
  ],
  cookies: { keys: [randomBytes(32).toString('hex')] },
  ttl: { AccessToken: 3600, Grant: 3600 },
  findAccount: (_context: Context, accountId: string) => ({
    accountId,
    claims: () => ({ sub: accountId }),
  }),
  features: { devInteractions: { enabled: false } },
})

async function exchange(context: Context): Promise<void> {
  const { params, client } = context.oidc
  const { issuer, audience } = settings
  const { payload } = await jwtVerify(params.subject_token, keys, {
    issuer,
    audience,
    algorithms: ['RS256'],
  })
  const token = new provider.AccessToken({
    accountId: payload.sub,
    client,
    gty: 'token_exchange',
    scope: 'openid',
  })
  context.body = {
    access_token: await token.save(),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: token.expiration,
  }
}

provider.registerGrantType(GRANT, exchange, ['subject_token', 'subject_token_type', 'audience'])
const answer = provider.callback()
createServer((request, response) => void answer(request, response)).listen(
  settings.port,
  '127.0.0.1',
)
