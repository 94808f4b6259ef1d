import type { TokenOrder } from '../../deploy/local/idp/sign.ts'
import { AUDIENCE, providerName } from './google-world.ts'

/** An issuer at which nobody listens; the test puts its address in. */
export const UNREACHABLE = 'http://127.0.0.1:UNREACHABLE'

const NOW = Math.floor(Date.now() / 1000)
const LONG = 'x'.repeat(128)

/** What a row changes: the token, the request, or which provider it goes to. */
export interface StsRefusal {
  readonly claim: string
  readonly token?: TokenOrder
  readonly raw?: (token: string) => string
  readonly request?: Readonly<Record<string, string>>
  readonly error: string
  readonly description: string | RegExp
}

const TO = (id: string) => ({ audience: providerName(id) })
const AUDIENCE_FORM =
  'Invalid value for "audience". This value should be the full resource name of the Identity Provider. See https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for the list of possible formats.'
const TARGET =
  'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.'
const CONDITION = 'The given credential is rejected by the attribute condition.'

/** Every way to be refused, one thing wrong in each. */
export const STS_REFUSALS: readonly StsRefusal[] = [
  ...['', 'https://app.example.com', `https:${providerName('onprem')}`, 'projects/p'].map(
    (audience) => ({
      claim: `audience ${JSON.stringify(audience)} is no provider's resource name`,
      request: { audience },
      error: 'invalid_request',
      description: AUDIENCE_FORM,
    }),
  ),
  {
    claim: "a project's id stands where its number belongs",
    request: { audience: providerName('onprem').replace('123456', 'acme-prod') },
    error: 'invalid_request',
    description: AUDIENCE_FORM,
  },
  ...['unknown', 'disabled', 'in-disabled-pool'].map((id) => ({
    claim: `provider ${id} cannot be used`,
    request: {
      audience: providerName(id).replace('/ci/providers/in-disabled', '/old/providers/in-disabled'),
    },
    error: 'invalid_target',
    description: TARGET,
  })),
  {
    claim: 'there is no scope',
    request: { scope: '' },
    error: 'invalid_request',
    description: 'Scope(s) must be provided.',
  },
  {
    claim: 'an ID token is asked for',
    request: { requested_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
    error: 'invalid_request',
    description: 'Invalid value of requested_token_type in request.',
  },
  {
    claim: 'the grant type is another one',
    request: { grant_type: 'client_credentials' },
    error: 'unsupported_grant_type',
    description: /grant_type/,
  },
  {
    claim: 'the subject token type is SAML',
    request: { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
    error: 'invalid_request',
    description: /subject_token_type/,
  },
  {
    claim: 'options are no JSON',
    request: { options: '{' },
    error: 'invalid_request',
    description: /options/,
  },
  {
    claim: 'google.subject takes 128 bytes',
    token: { claims: { sub: LONG } },
    error: 'invalid_request',
    description:
      'The size of mapped attribute google.subject exceeds the 127 bytes limit. Either modify your attribute mapping or the incoming assertion to produce a mapped attribute that is less than 127 bytes.',
  },
  {
    claim: 'the issuer cannot be reached',
    request: TO('unreachable'),
    token: { claims: { iss: UNREACHABLE } },
    error: 'invalid_grant',
    description: "Error connecting to the given credential's issuer.",
  },
  {
    claim: 'the kid is unknown',
    token: { header: { kid: 'unknown' } },
    error: 'invalid_grant',
    description: "Error connecting to the given credential's issuer.",
  },
  {
    claim: 'the key with that kid is of another type',
    request: TO('elliptic'),
    error: 'invalid_grant',
    description: "Error connecting to the given credential's issuer.",
  },
  {
    claim: 'the audience is another one',
    token: { audience: 'https://other.example.com' },
    error: 'invalid_grant',
    description:
      'The audience in ID Token [https://other.example.com] does not match the expected audience.',
  },
  {
    claim: 'the audience is missing',
    token: { without: ['aud'] },
    error: 'invalid_grant',
    description: 'The audience in ID Token [] does not match the expected audience.',
  },
  {
    claim: 'no audience is allowed and the token names another than the provider',
    request: TO('default-audience'),
    error: 'invalid_grant',
    description: `The audience in ID Token [${AUDIENCE}] does not match the expected audience.`,
  },
  {
    claim: 'the issuer is another one',
    token: { claims: { iss: 'https://evil.example.com' } },
    error: 'invalid_grant',
    description:
      /^The issuer in ID Token https:\/\/evil\.example\.com does not match the expected ones: http:\/\/127\.0\.0\.1:[0-9]+$/,
  },
  ...[
    { claim: 'the token expired 61 seconds ago', claims: { iat: NOW - 600, exp: NOW - 61 } },
    { claim: 'the token is issued in the future', claims: { iat: NOW + 600 } },
    { claim: 'the token is valid in the future', claims: { nbf: NOW + 600 } },
    { claim: 'the expiry is text', claims: { exp: '9999999999' } },
  ].map(({ claim, claims }) => ({
    claim,
    token: { claims },
    error: 'invalid_grant',
    description: /^ID Token issued at [0-9]+ is stale to sign-in\.$/,
  })),
  {
    claim: 'there is no exp',
    token: { claims: { iat: NOW }, without: ['exp'] },
    error: 'invalid_grant',
    description: `ID Token issued at ${NOW} is stale to sign-in.`,
  },
  {
    claim: 'there is no iat',
    token: { without: ['iat'] },
    error: 'invalid_grant',
    description: 'ID Token issued at null is stale to sign-in.',
  },
  {
    claim: 'the signature is of other claims',
    raw: (token) => token.replace(/\.[^.]{8}([^.]*)$/, '.AAAAAAAA$1'),
    error: 'invalid_grant',
    description: 'Unable to verify the ID Token signature.',
  },
  {
    claim: 'the algorithm is none',
    raw: (token) => `${jwtPart({ alg: 'none' })}.${token.split('.')[1]}.`,
    error: 'invalid_grant',
    description: 'Unable to verify the ID Token signature.',
  },
  ...['nonsense', 'a.b', '..', `${jwtPart([])}.${jwtPart({})}.x`].map((token) => ({
    claim: `the token is ${token.slice(0, 12)}`,
    raw: () => token,
    error: 'invalid_grant',
    description: 'Unable to parse the ID Token.',
  })),
  {
    claim: 'the condition is false',
    token: { claims: { tenant: '2002' } },
    error: 'unauthorized_client',
    description: CONDITION,
  },
  {
    claim: 'the condition reads a claim that is missing',
    token: { claims: { tenant: '1001' }, without: ['tenant'] },
    error: 'unauthorized_client',
    description: CONDITION,
  },
  {
    claim: 'the subject mapping reads a claim that is missing',
    token: { without: ['sub'] },
    error: 'unauthorized_client',
    description: 'Could not obtain a value for google.subject from the given credential.',
  },
  {
    claim: 'the subject is a number',
    token: { claims: { sub: 7 } },
    error: 'unauthorized_client',
    description: "The mapped attribute 'google.subject' must be of type STRING.",
  },
  {
    claim: 'all mapped attributes take more than 8,192 bytes',
    token: { claims: { groups: Array.from({ length: 65 }, () => LONG) } },
    error: 'invalid_request',
    description: /8192 bytes/,
  },
]

function jwtPart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
