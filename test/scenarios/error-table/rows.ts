import type { Reason } from '../../../shared/domain/refusal.ts'
import { ACCESS_TOKEN, FOR_ID_TOKEN } from '../../support/token-exchange.ts'
import { nested, type Ask, type Refused } from './requests.ts'

/** One row of the contract's error table: a status, an error, and everything that leads there. */
export interface ErrorRow {
  readonly status: number
  readonly error: string
  readonly cases: readonly ErrorCase[]
}

/** A request that is refused: the reason on record, what is wrong, and headers of its own. */
export type ErrorCase = readonly [
  reason: Reason,
  what: string,
  ask: Ask,
  headers?: Readonly<Record<string, string | RegExp>>,
]

/** Every row of the error table. The last ones leave breakers and limits behind: order counts. */
export function errorTable(to: Refused): readonly ErrorRow[] {
  const { asks, hands, claims, struck, form, raw, get, post } = to
  return [
    {
      status: 400,
      error: 'invalid_request',
      cases: [
        ['request', 'no parameters', form({})],
        ['request', 'no subject token', asks({ subject_token: undefined })],
        ['request', 'no subject token type', asks({ subject_token_type: undefined })],
        [
          'request',
          'a subject token type that is not taken',
          asks({ subject_token_type: ACCESS_TOKEN }),
        ],
        [
          'request',
          'a requested token type that is not given',
          asks({ requested_token_type: 'urn:x' }),
        ],
        ['request', 'an audience that names nothing', asks({ audience: 'https://example.com' })],
        ['request', 'an actor', asks({ actor_token: 'a', actor_token_type: 'b' })],
        ['request', 'a resource on an access token', asks({ resource: 'https://app-abc.run.app' })],
        ['request', 'an ID token for nobody', asks({ ...FOR_ID_TOKEN, resource: undefined })],
        ['request', 'an ID token with a lifetime', asks({ ...FOR_ID_TOKEN, lifetime: 60 })],
        ['request', 'a lifetime of no form', asks({ lifetime: '1h' })],
        ['request', 'options of no form', asks({ options: '{"a":' })],
        ['request', 'an unknown option', asks({ options: '{"accessboundary":{}}' })],
        ['request', 'a parameter twice', raw('form', 'scope=a&scope=b')],
        ['request', 'a parameter in brackets', raw('form', 'subject_token[]=a')],
        ['request', 'two spellings', asks({ subjectTokenType: 'urn:x' })],
        ['request', 'JSON that is none', raw('json', '{')],
        ['request', 'JSON that is no object', raw('json', '["subject_token"]')],
        ['request', 'a JSON key twice', raw('json', '{"scope":"a","scope":"b"}')],
        ['request', 'a token in the address', to.tokenInAddress],
        ['request', 'a path of no form', get('/%ff')],
        ['request', 'a lifetime beyond the grant', asks({ lifetime: 901 })],
      ],
    },
    {
      status: 400,
      error: 'unsupported_grant_type',
      cases: [['grant_type', 'another grant type', asks({ grant_type: 'client_credentials' })]],
    },
    {
      status: 400,
      error: 'invalid_grant',
      cases: [
        ['format', 'no JWT', asks({ subject_token: 'no-token' })],
        ['header', 'a token made for another purpose', hands({ header: { typ: 'at+jwt' } })],
        ['header_key', 'a token that brings its key', hands({ header: { jwk: { kty: 'RSA' } } })],
        ['crit', 'a token with critical members', hands({ header: { crit: ['b64'], b64: true } })],
        ['alg', 'no signature', to.unsigned('none')],
        ['alg', 'a signature by a shared secret', to.unsigned('HS256')],
        ['kid', 'an unknown key', hands({ header: { kid: 'nobody' } })],
        ['signature', 'a broken signature', to.brokenSignature],
        ['json_duplicate', 'a claim twice', to.signed('{"iss":"a","iss":"b"}')],
        ['claims', 'no subject', hands({ without: ['sub'] })],
        ['claims_depth', 'claims without a floor', claims({ deep: nested(40) })],
        [
          'claims_size',
          'claims without an end',
          claims({ many: Array.from({ length: 1500 }, () => 1) }),
        ],
        ['issuer', 'an unknown issuer', claims({ iss: 'https://issuer.example' })],
        ['audience', 'a token for another', hands({ audience: 'https://elsewhere.example' })],
        ['audience', 'a token for nobody', hands({ without: ['aud'] })],
        ['time', 'an expired token', hands({ lifetime: -60 })],
        ['time', 'a token without an end', hands({ without: ['exp'] })],
        ['time', 'a token without a beginning', hands({ without: ['iat'] })],
        ['replay', 'a token for the second time', to.replayed],
      ],
    },
    {
      status: 400,
      error: 'unauthorized_client',
      cases: [
        ['condition', 'a false condition', claims({ repository_owner_id: '6666' })],
        [
          'condition_error',
          'a condition on a missing claim',
          hands({ without: ['repository_owner_id'] }),
        ],
        ['mapping', 'a subject of more than 127 bytes', claims({ sub: 'a'.repeat(128) })],
        ['denied', 'a denial', claims({ event_name: 'pull_request' })],
        [
          'upstream_denied',
          "a no of Google's STS",
          struck('sts', {
            kind: 'status',
            status: 400,
            body: { error: 'unauthorized_client', error_description: 'No.' },
          }),
        ],
        [
          'upstream_denied',
          'IAM: 403',
          struck('generateAccessToken', { kind: 'status', status: 403 }),
        ],
        [
          'upstream_denied',
          'IAM: 404',
          struck('generateAccessToken', { kind: 'status', status: 404 }),
        ],
      ],
    },
    {
      status: 400,
      error: 'invalid_target',
      cases: [
        ['no_grant', 'nobody granted anything', claims({ repository_id: '9999' })],
        ['ambiguous_grant', 'two accounts and none named', claims({ repository_id: '3003' })],
      ],
    },
    {
      status: 400,
      error: 'invalid_scope',
      cases: [['scope', 'a scope outside the grant', asks({ scope: 'openid' })]],
    },
    {
      status: 404,
      error: 'invalid_request',
      cases: [
        ['request', 'no such path', post('/v1/tokens')],
        ['request', 'keys of a bureau that has none', get('/.well-known/jwks.json')],
        ['request', 'a path that the framework keeps for itself', get('/favicon.ico')],
      ],
    },
    {
      status: 405,
      error: 'invalid_request',
      cases: [
        ['method', 'GET of a token', get('/v1/token'), { allow: 'POST' }],
        ['method', 'PUT of a token', to.put('/v1/token'), { allow: 'POST' }],
        ['method', 'POST to a page', post('/health'), { allow: 'GET, HEAD' }],
      ],
    },
    {
      status: 413,
      error: 'invalid_request',
      cases: [['size', 'more than 64 KiB', raw('form', `scope=${'a'.repeat(65_536)}`)]],
    },
    {
      status: 415,
      error: 'invalid_request',
      cases: [
        ['media_type', 'plain text', raw('text/plain', 'scope=a')],
        ['encoding', 'a compressed body', raw('form', 'scope=a', { 'content-encoding': 'br' })],
      ],
    },
    {
      status: 431,
      error: 'invalid_request',
      cases: [['header_size', 'a header of 20 KB', form({}, { 'x-long': 'a'.repeat(20_000) })]],
    },
    {
      status: 429,
      error: 'slow_down',
      cases: [
        [
          'rate_limited',
          'too many requests of an address',
          to.tooMany,
          { 'retry-after': /^[1-9]\d?$/, ratelimit: /"address"; r=0/ },
        ],
        [
          'rate_limited',
          'too many requests of a principal',
          to.tooManyOfOne,
          { 'retry-after': /^[1-9]\d?$/, ratelimit: /"principal"; r=0/ },
        ],
      ],
    },
    {
      status: 503,
      error: 'temporarily_unavailable',
      cases: [
        [
          'provider_unavailable',
          'an identity provider that is down',
          claims({ iss: 'http://127.0.0.1:1' }),
          { 'retry-after': /^[1-9]\d*$/ },
        ],
        [
          'upstream',
          'STS is down and says until when',
          struck('sts', { kind: 'status', status: 503, retryAfter: 17 }),
          { 'retry-after': '17' },
        ],
        [
          'upstream',
          'STS is down and does not say',
          struck('sts', { kind: 'status', status: 500 }),
          { 'retry-after': '5' },
        ],
        [
          'upstream',
          'IAM hangs up',
          struck('generateAccessToken', { kind: 'reset' }),
          { 'retry-after': '5' },
        ],
        ['upstream_bad', 'STS talks HTML', struck('sts', { kind: 'html' }), { 'retry-after': '5' }],
        [
          'upstream_bad',
          'IAM gives no token',
          struck('generateAccessToken', { kind: 'empty-object' }),
          { 'retry-after': '5' },
        ],
        [
          'upstream_bad',
          'IAM sends us elsewhere',
          struck('generateAccessToken', { kind: 'redirect', location: 'http://127.0.0.1:1/' }),
          { 'retry-after': '5' },
        ],
        [
          'quota',
          "Google's quota is used up",
          struck('sts', { kind: 'status', status: 429, retryAfter: 23 }),
          { 'retry-after': '23' },
        ],
        [
          'audit_unavailable',
          'the audit store does not answer',
          to.unrecorded,
          { 'retry-after': '5' },
        ],
      ],
    },
  ]
}
