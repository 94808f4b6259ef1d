import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptToken } from '../../shared/http/accept.ts'
import { refusalOf } from '../support/refusals.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const TYPE = 'urn:ietf:params:oauth:token-type:'
const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only'

const base: Readonly<Record<string, string>> = {
  grant_type: GRANT,
  subject_token: 'aaa.bbb.ccc',
  subject_token_type: `${TYPE}jwt`,
}

function form(change: Readonly<Record<string, string | undefined>>, more = ''): Buffer {
  const given = Object.entries({ ...base, ...change }).filter(([, value]) => value !== undefined)
  return Buffer.from(`${new URLSearchParams(given as [string, string][]).toString()}${more}`)
}

function json(change: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify({ ...base, ...change }))
}

const accept = (change: Readonly<Record<string, string | undefined>>) =>
  acceptToken(form(change), 'form')

const reasonOf = (body: Buffer, type: 'form' | 'json' = 'form') =>
  refusalOf(() => acceptToken(body, type))?.reason

test('the least request asks for an access token of the one account and the grant’s terms', () => {
  const request = accept({})
  assert.equal(request.subjectToken.reveal(), 'aaa.bbb.ccc')
  assert.deepEqual(request.target, { kind: 'any' })
  assert.deepEqual(request.wish, {
    kind: 'access_token',
    scopes: undefined,
    lifetime: undefined,
    accessBoundary: undefined,
  })
})

test('form and JSON, snake_case and camelCase say the same', () => {
  const camel = {
    grantType: GRANT,
    subjectToken: 'aaa.bbb.ccc',
    subjectTokenType: `${TYPE}jwt`,
    requestedTokenType: `${TYPE}access_token`,
    audience: 'deploy-prod',
    scope: SCOPE,
  }
  const snake = {
    requested_token_type: `${TYPE}access_token`,
    audience: 'deploy-prod',
    scope: SCOPE,
  }
  const camelForm = Buffer.from(new URLSearchParams(camel).toString())
  const requests = [
    acceptToken(form(snake), 'form'),
    acceptToken(json(snake), 'json'),
    acceptToken(camelForm, 'form'),
    acceptToken(Buffer.from(JSON.stringify(camel)), 'json'),
  ]
  for (const request of requests) {
    assert.deepEqual(
      { ...request, subjectToken: request.subjectToken.reveal() },
      {
        subjectToken: 'aaa.bbb.ccc',
        target: { kind: 'grant', id: 'deploy-prod' },
        wish: {
          kind: 'access_token',
          scopes: [SCOPE],
          lifetime: undefined,
          accessBoundary: undefined,
        },
      },
    )
  }
})

test('an ID token is asked for by type and resource', () => {
  const { wish } = accept({
    requested_token_type: `${TYPE}id_token`,
    resource: 'https://app-abc.run.app',
  })
  assert.deepEqual(wish, { kind: 'id_token', audience: 'https://app-abc.run.app' })
})

const taken: readonly (readonly [claim: string, change: Record<string, string>])[] = [
  ['white space around the token is trimmed', { subject_token: ' aaa.bbb.ccc\r\n' }],
  ['an ID token as subject token', { subject_token_type: `${TYPE}id_token` }],
  ['an empty scope counts as left out', { scope: '' }],
  ['a scope of spaces, too', { scope: '   ' }],
  ['an empty audience', { audience: '' }],
  ['an empty requested type is the default', { requested_token_type: '' }],
  ['empty actor parameters are left out', { actor_token: '', actor_token_type: '' }],
  ['empty ones may have another spelling than the rest', { requestedTokenType: '' }],
  ['unknown parameters are ignored', { client_id: 'x', foo: 'bar', 'x[]': '1' }],
  ['options with nothing for us', { options: '{"userProject":"acme"}' }],
]

for (const [claim, change] of taken) {
  test(claim, () => {
    const request = accept(change)
    assert.equal(request.subjectToken.reveal(), 'aaa.bbb.ccc')
    assert.deepEqual(request, accept({}))
  })
}

const lifetimes: readonly (readonly [lifetime: string, seconds: number | 'refused'])[] = [
  ['900', 900],
  ['900s', 900],
  ['1', 1],
  ['43200', 43_200],
  ['43201', 'refused'],
  ['0', 'refused'],
  ['-1', 'refused'],
  ['3600s ', 'refused'],
  [' 3600', 'refused'],
  ['1e9', 'refused'],
  ['1.5', 'refused'],
  ['0900', 'refused'],
  ['+900', 'refused'],
  ['0x10', 'refused'],
  ['900S', 'refused'],
  ['900ss', 'refused'],
  ['1h', 'refused'],
  ['٩٠٠', 'refused'],
  ['99999', 'refused'],
  ['900\n', 'refused'],
]

for (const [lifetime, seconds] of lifetimes) {
  test(`lifetime ${JSON.stringify(lifetime)}: ${seconds}`, () => {
    if (seconds === 'refused') assert.equal(reasonOf(form({ lifetime })), 'request')
    else {
      const { wish } = accept({ lifetime })
      assert.equal(wish.kind === 'access_token' && wish.lifetime, seconds)
    }
  })
}

const numbers: readonly (readonly [lifetime: unknown, taken: boolean])[] = [
  [900, true],
  [1.5, false],
  [-1, false],
  [1e9, false],
  [[900], false],
  [{ seconds: 900 }, false],
  [true, false],
]

for (const [lifetime, isTaken] of numbers) {
  test(`JSON lifetime ${JSON.stringify(lifetime)} is ${isTaken ? 'taken' : 'refused'}`, () => {
    assert.equal(reasonOf(json({ lifetime }), 'json'), isTaken ? undefined : 'request')
  })
}

test('scopes are split on spaces, each once', () => {
  const { wish } = accept({ scope: ` ${SCOPE}  openid ${SCOPE} ` })
  assert.deepEqual(wish.kind === 'access_token' && wish.scopes, [SCOPE, 'openid'])
})

/** As good a token as the usual one, spelt as a list. */
const BRACKETS = '&subject_token[]=aaa.bbb.ccc'

const many = (count: number) => Array.from({ length: count }, (_, n) => `&a${n}=1`).join('')

const refusedForms: readonly (readonly [claim: string, body: Buffer, reason: string])[] = [
  ['no grant type', form({ grant_type: undefined }), 'request'],
  ['an empty grant type', form({ grant_type: '' }), 'request'],
  ['another grant type', form({ grant_type: 'client_credentials' }), 'grant_type'],
  ['no subject token', form({ subject_token: undefined }), 'request'],
  ['a subject token of white space', form({ subject_token: ' \n' }), 'request'],
  ['no subject token type', form({ subject_token_type: undefined }), 'request'],
  ['an access token', form({ subject_token_type: `${TYPE}access_token` }), 'request'],
  ['a SAML assertion', form({ subject_token_type: `${TYPE}saml2` }), 'request'],
  ['a JWT requested', form({ requested_token_type: `${TYPE}jwt` }), 'request'],
  ['a refresh token requested', form({ requested_token_type: `${TYPE}refresh_token` }), 'request'],
  ['an actor token', form({ actor_token: 'x' }), 'request'],
  ['an actor token type', form({ actor_token_type: `${TYPE}jwt` }), 'request'],
  ['an actor token in camelCase', form({}, '&actorToken=x'), 'request'],
  ['a resource beside an access token', form({ resource: 'https://a.example' }), 'request'],
  ['the token twice', form({}, '&subject_token=ddd.eee.fff'), 'request'],
  ['the scope twice, once empty', form({ scope: SCOPE }, '&scope='), 'request'],
  ['an unknown parameter twice', form({}, '&foo=1&foo=2'), 'request'],
  ['the token in brackets', form({ subject_token: undefined }, '&subject_token[]=a'), 'request'],
  ['the token in encoded brackets', form({}, '&subject_token%5B%5D=a'), 'request'],
  ['the token as a member', form({}, '&subject_token[a]=a'), 'request'],
  ['the audience as a member, camelCase', form({}, '&subjectToken[a]=a'), 'request'],
  ['one parameter in both spellings', form({}, '&subjectToken=aaa.bbb.ccc'), 'request'],
  ['two parameters in two spellings', form({}, `&requestedTokenType=${TYPE}jwt`), 'request'],
  ['bad percent-encoding', form({}, '&audience=%zz'), 'request'],
  ['bad UTF-8 in percent-encoding', form({}, '&audience=%ff'), 'request'],
  ['bad UTF-8', Buffer.concat([form({}), Buffer.from([0x26, 0xff])]), 'request'],
  ['a thousand parameters', form({}, many(1_000)), 'request'],
  ['a good token in brackets', form({ subject_token: undefined }, BRACKETS), 'request'],
  ['a lifetime in brackets', form({}, '&lifetime[]=900'), 'request'],
  ['an empty body', Buffer.alloc(0), 'request'],
  ['a scope with a line break', form({ scope: `${SCOPE}\nopenid` }), 'request'],
  ['a scope with a quote', form({ scope: '"' }), 'request'],
  [
    '101 scopes',
    form({ scope: Array.from({ length: 101 }, (_, n) => `s${n}`).join(' ') }),
    'request',
  ],
  ['options that are no JSON', form({ options: 'x' }), 'request'],
]

for (const [claim, body, reason] of refusedForms) {
  test(`${claim} is refused: ${reason}`, () => assert.equal(reasonOf(body), reason))
}

const idToken = { requested_token_type: `${TYPE}id_token`, resource: 'https://app.example' }

const resources: readonly (readonly [resource: string | undefined, taken: boolean])[] = [
  ['https://app-abc.run.app/path?q=1', true],
  ['urn:example:service', true],
  ['api://0f3c', true],
  [undefined, false],
  ['', false],
  ['/relative', false],
  ['app-abc.run.app', false],
  ['//app-abc.run.app', false],
  ['https://', false],
  ['https://app.example#fragment', false],
  ['https://app.example#', false],
  ['https://app.example/ space', false],
  ['https://app.example/%zz', false],
  ['https://аpp.example', false],
  ['https://app.example\n', false],
  [`https://app.example/${'a'.repeat(2_048)}`, false],
]

for (const [resource, isTaken] of resources) {
  test(`resource ${resource?.slice(0, 40)} is ${isTaken ? 'an absolute URI' : 'refused'}`, () => {
    assert.equal(reasonOf(form({ ...idToken, resource })), isTaken ? undefined : 'request')
  })
}

test('of an ID token, a lifetime or an access boundary is refused, a scope ignored', () => {
  const boundary =
    '{"accessBoundary":{"accessBoundaryRules":[{"availableResource":"//x","availablePermissions":["inRole:roles/x"]}]}}'
  assert.equal(reasonOf(form({ ...idToken, lifetime: '900' })), 'request')
  assert.equal(reasonOf(form({ ...idToken, options: boundary })), 'request')
  assert.equal(reasonOf(form({ ...idToken, scope: SCOPE })), undefined)
})

const refusedJson: readonly (readonly [claim: string, text: string])[] = [
  ['a duplicate key', JSON.stringify(base).replace('{', '{"subject_token":"x",')],
  ['a duplicate key by escape', JSON.stringify(base).replace('{', '{"subject_\\u0074oken":"x",')],
  ['a list', JSON.stringify([base])],
  ['text', '"x"'],
  ['nothing', ''],
  ['a token that is a list', JSON.stringify({ ...base, subject_token: ['aaa.bbb.ccc'] })],
  ['a token that is a number', JSON.stringify({ ...base, subject_token: 1 })],
  ['options that are an object', JSON.stringify({ ...base, options: {} })],
  ['a scope that is a list', JSON.stringify({ ...base, scope: [SCOPE] })],
  ['null as token', JSON.stringify({ ...base, subject_token: null })],
  ['something behind it', `${JSON.stringify(base)}{}`],
  ['a byte order mark', `\uFEFF${JSON.stringify(base)}`],
  ['__proto__', JSON.stringify(base).replace('{', '{"__proto__":{"grant_type":"x"},')],
  ['deep JSON', `{"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
]

for (const [claim, text] of refusedJson) {
  test(`JSON with ${claim} is refused`, () => {
    assert.equal(reasonOf(Buffer.from(text), 'json'), 'request')
  })
}

test('null counts as left out, and unknown members may hold anything', () => {
  const body = json({ scope: null, foo: { bar: [1, true] } })
  assert.equal(reasonOf(body, 'json'), undefined)
})

test('the detail of a refusal never repeats what was sent', () => {
  const canary = 'canary-5f0e1c'
  const bodies = [
    form({ subject_token_type: canary }),
    form({ audience: `${canary}@x` }),
    form({ lifetime: canary }),
    form({ options: canary }),
    form({}, `&${canary}=1&${canary}=2`),
    form({ ...idToken, resource: canary }),
  ]
  for (const body of bodies) {
    const refusal = refusalOf(() => acceptToken(body, 'form'))
    assert.ok(refusal)
    assert.ok(!`${refusal.message}${refusal.stack}`.includes(canary), refusal.message)
  }
})
