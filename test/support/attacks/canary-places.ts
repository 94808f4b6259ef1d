import type { FaultSetting } from '../../../deploy/local/loopback/faults.ts'
import type { TokenOrder } from '../../../deploy/local/idp/sign.ts'
import type { HttpRequest } from './http-client.ts'
import { exchangeForm } from './stage.ts'

/** Asks for an ID token. */
export const ID_TOKEN = {
  requested_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  resource: 'https://app-abc.run.app',
}
const BOUNDARY = {
  options: JSON.stringify({
    accessBoundary: {
      accessBoundaryRules: [
        {
          availableResource: '//storage.googleapis.com/projects/_/buckets/acme-orders',
          availablePermissions: ['inRole:roles/storage.objectViewer'],
        },
      ],
    },
  }),
}
/** Whom the local policy knows as a partner, by the function's own identity. */
export const PARTNER: TokenOrder = { claims: { sub: 'partner/reports' } }

/** Each way through the bureau that ends in a token. */
export const WAYS: readonly (readonly [
  realm: string,
  order: TokenOrder,
  change: Record<string, string>,
])[] = [
  ['github', { shape: 'github' }, {}],
  ['github', { shape: 'github' }, ID_TOKEN],
  ['github', { shape: 'github' }, BOUNDARY],
  ['gitlab', { shape: 'gitlab' }, {}],
  ['kubernetes', { shape: 'kubernetes' }, ID_TOKEN],
  ['keycloak', { shape: 'keycloak' }, {}],
  ['partner', PARTNER, ID_TOKEN],
]

/** An answer of whatever status that says the token back, in each place that somebody reads. */
export function echoes(token: string): readonly FaultSetting[] {
  return [
    { kind: 'status', status: 400, body: { error: 'invalid_grant', error_description: token } },
    { kind: 'status', status: 400, body: { error: token } },
    { kind: 'status', status: 403, body: { error: { code: 403, status: token, message: token } } },
    { kind: 'status', status: 401, body: token },
    { kind: 'status', status: 500, body: { error: token } },
    { kind: 'status', status: 429, body: { error: token }, retryAfter: 1 },
    { kind: 'status', status: 503, retryAfter: Buffer.from(token).toString('base64url') },
    { kind: 'status', status: 200, body: { access_token: [token], token: [token] } },
    { kind: 'redirect', location: `https://evil.example/?${token}` },
    { kind: 'html' },
    { kind: 'truncated', times: 1 },
    { kind: 'reset', times: 3 },
    { kind: 'replace', fields: { access_token: `${token}\n`, accessToken: null, token: 1 } },
  ]
}

/** Requests with the token wherever a request has room for one. */
export function places(token: string): readonly HttpRequest[] {
  const form = exchangeForm(token)
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const parameters = [
    'audience',
    'scope',
    'resource',
    'lifetime',
    'options',
    'grant_type',
    'actor_token',
  ]
  const headers = [
    'authorization',
    'user-agent',
    'x-forwarded-for',
    'traceparent',
    'x-cloud-trace-context',
    'function-execution-id',
    'x-request-id',
    'content-type',
    'content-encoding',
    'origin',
    'cookie',
    'host',
  ]
  return [
    ...parameters.map((name) => ({ body: bodyOf({ ...form, [name]: token }) })),
    ...headers.map((name) => ({
      headers: { ...type, [name]: token },
      body: bodyOf({ ...form, scope: 'x' }),
    })),
    { body: bodyOf({ ...form, [token]: token }) },
    { body: `${bodyOf(form)}&${bodyOf(form)}` },
    { body: token },
    { headers: { 'content-type': 'application/json' }, body: `{"subject_token":"${token}` },
    { headers: { 'content-type': 'application/json' }, body: token },
    { path: `/${token}`, body: bodyOf(form) },
    { path: `/v1/token?${token}`, body: bodyOf(form) },
    { path: `/v1/token#${token}`, body: bodyOf(form) },
    { method: 'GET', path: `/ready?${token}` },
  ]
}

function bodyOf(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString()
}
