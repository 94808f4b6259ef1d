import type { Reason } from '../../../shared/domain/refusal.ts'
import type { AttackContext } from './context.ts'
import type { HttpRequest } from './http-client.ts'
import { ACCOUNT, READ_ONLY, SERVICE } from './policy.ts'
import { exchangeForm } from './stage.ts'

/** A request with a good token that must be refused for something else. */
export interface RequestAttack {
  readonly id: string
  readonly name: string
  readonly reason: Reason
  /** Another issuer in the place of A. */
  readonly issuer?: string
  readonly make: (token: string, context: AttackContext) => HttpRequest
}

const ID_TOKEN = { requested_token_type: 'urn:ietf:params:oauth:token-type:id_token' }

/** A form with parameters over the usual ones. */
function form(
  id: string,
  reason: Reason,
  name: string,
  change: Readonly<Record<string, string>>,
): RequestAttack {
  return {
    id,
    name,
    reason,
    make: (token) => ({
      body: new URLSearchParams({ ...exchangeForm(token), ...change }).toString(),
    }),
  }
}

/** A form with text after the usual parameters, as it stands. */
function appended(id: string, name: string, text: string): RequestAttack {
  return {
    id,
    name,
    reason: 'request',
    make: (token) => ({ body: `${new URLSearchParams(exchangeForm(token)).toString()}&${text}` }),
  }
}

function json(id: string, name: string, body: (token: string) => string): RequestAttack {
  return {
    id,
    name,
    reason: 'request',
    make: (token) => ({ headers: { 'content-type': 'application/json' }, body: body(token) }),
  }
}

/** A good token of an issuer whose condition or grants do not hold. */
function claimed(
  id: string,
  reason: Reason,
  name: string,
  issuer: string,
  claims: Readonly<Record<string, unknown>>,
): RequestAttack {
  return {
    id,
    name,
    reason,
    issuer,
    make: (_token, { sign, header, base }) => ({
      body: new URLSearchParams(exchangeForm(sign(header, { ...base, ...claims }))).toString(),
    }),
  }
}

const ACCOUNTS = [
  `${ACCOUNT}\n`,
  ` ${ACCOUNT}`,
  ACCOUNT.toUpperCase(),
  ACCOUNT.replace('@', '%40'),
  `${ACCOUNT}%2f..`,
  `../${ACCOUNT}`,
  `${ACCOUNT}:signBlob?`,
  `${ACCOUNT}/keys`,
  `projects/-/serviceAccounts/${ACCOUNT}`,
  `//iam.googleapis.com/projects/other/serviceAccounts/${ACCOUNT}`,
  `//iam.googleapis.com/projects/-/serviceAccounts/${ACCOUNT}/../x`,
  'deployer@acme-prod.iam.gserviceaccount.com.evil.example',
  'somebody@example.com',
  'd\u0435ployer@acme-prod.iam.gserviceaccount.com',
] as const

const LIFETIMES = ['43200', '43201', '0', '-1', '3600s ', '1e9', '1.5', '0x10', 'PT1H', '٣٦٠٠']

/** What a good token does not allow, and what a request must not say. */
export const REQUEST_ATTACKS: readonly RequestAttack[] = [
  {
    id: 'PB01',
    name: 'a valid token that no grant names',
    reason: 'no_grant',
    make: (_token, { b, base, now }) => {
      const header = { alg: 'RS256', kid: b.signer.kid, typ: 'JWT' }
      const token = b.signer.sign(header, { ...base, iss: b.issuer, iat: now })
      return { body: new URLSearchParams(exchangeForm(token)).toString() }
    },
  },
  form('PB01', 'no_grant', 'an account outside the grant', {
    audience: 'other@acme-prod.iam.gserviceaccount.com',
  }),
  form('PB01', 'no_grant', 'the id of a grant to somebody else', { audience: 'elsewhere' }),
  form('PB01', 'scope', 'a scope outside the grant', {
    scope: `${READ_ONLY} https://www.googleapis.com/auth/cloud-platform`,
  }),
  form('PB01', 'scope', 'a scope that only looks like one of the grant', {
    scope: `${READ_ONLY}/`,
  }),
  form('PB01', 'no_grant', 'an ID-token audience outside the grant', {
    ...ID_TOKEN,
    resource: 'https://other.run.app',
  }),
  form('PB01', 'no_grant', 'an ID-token audience with a slash more', {
    ...ID_TOKEN,
    resource: `${SERVICE}/`,
  }),
  ...ACCOUNTS.map((audience) =>
    form('PB03', 'request', `audience ${JSON.stringify(audience)}`, { audience }),
  ),
  ...LIFETIMES.map((lifetime) =>
    form('PB05', 'request', `lifetime ${JSON.stringify(lifetime)}`, { lifetime }),
  ),
  form('PB05', 'request', 'a lifetime beside an ID token', {
    ...ID_TOKEN,
    resource: SERVICE,
    lifetime: '900',
  }),
  form('PB07', 'request', 'an actor', { actor_token: 'x' }),
  form('PB07', 'request', 'a type of actor', { actor_token_type: 'x' }),
  appended('PB07', 'a parameter twice', 'audience=deploy&audience=deploy'),
  appended('PB07', 'the token twice', 'subject_token=x'),
  appended('PB07', 'the token twice, escaped once', 'subject%5Ftoken=x'),
  appended('PB07', 'a parameter with []', 'audience[]=deploy'),
  appended('PB07', 'a parameter with [a]', 'scope[a]=x'),
  appended('PB07', 'a parameter with [], escaped', 'audience%5B%5D=deploy'),
  appended('PB07', 'both spellings of the token', 'subjectToken=x'),
  appended('PB07', 'another spelling of another', 'requestedTokenType=x'),
  appended('PB07', 'an unknown parameter twice', 'x=1&x=2'),
  appended('PB07', 'bad percent-encoding', 'scope=%zz'),
  appended('PB07', 'bad UTF-8', 'scope=%ff'),
  json('PB07', 'a JSON name twice', (token) => {
    const text = JSON.stringify(exchangeForm(token))
    return `${text.slice(0, -1)},"subject_token":"x"}`
  }),
  json('PB07', 'a JSON name twice, escaped once', (token) => {
    const text = JSON.stringify(exchangeForm(token))
    return `${text.slice(0, -1)},"subject\\u005ftoken":"x"}`
  }),
  json('PB07', 'a list for the token', (token) =>
    JSON.stringify({ ...exchangeForm(token), subject_token: [token] }),
  ),
  json('PB07', 'a list around everything', (token) => JSON.stringify([exchangeForm(token)])),
  json('PB07', 'a lifetime of 1.5', (token) =>
    JSON.stringify({ ...exchangeForm(token), lifetime: 1.5 }),
  ),
  json('PB07', '__proto__', (token) => {
    const text = JSON.stringify(exchangeForm(token))
    return `${text.slice(0, -1)},"__proto__":{"scope":"x"}}`
  }),
  json('PB07', 'deep JSON', () => `${'['.repeat(30_000)}${']'.repeat(30_000)}`),
  claimed('PB10', 'no_grant', 'repo:acme-evil/app against startsWith repo:acme', 'prefix', {
    sub: 'repo:acme-evil/app',
    repository_id: '9999',
  }),
  claimed('PB10', 'no_grant', 'x@evilacme.com against endsWith acme.com', 'suffix', {
    sub: 'x@evilacme.com',
    email: 'x@evilacme.com',
    repository_id: '9999',
  }),
  claimed('PB14', 'condition_error', 'a claim that is absent under !=', 'absent', {}),
  claimed('PB23', 'condition_error', 'a condition that comes to a string', 'textual', {}),
  claimed('PB17', 'condition', '^(a+)+$ on 30 characters', 'greedy', { sub: `${'a'.repeat(30)}!` }),
  claimed('PB17', 'condition', '^(a+)+$ on 250 characters', 'greedy', {
    sub: `${'a'.repeat(250)}!`,
    jti: 'long',
  }),
]
