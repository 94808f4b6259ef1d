import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../shared/domain/secret.ts'
import { examineToken } from '../../shared/explain/examine-token.ts'
import { verify } from '../../shared/steps/verify.ts'
import { TOKEN_ATTACKS } from '../support/attacks/corpus.ts'
import { attackContext, makeParties } from '../support/attacks/context.ts'
import { RESPELT_ATTACKS } from '../support/attacks/respellings.ts'
import { inline, inlineKeyStore } from '../support/key-store.ts'
import { aPolicy, aProvider, aTrail } from '../support/policy.ts'
import { rejectionOf } from '../support/refusals.ts'

const NOW = 1_750_000_000
const PARTIES = makeParties({
  a: 'https://a.example.com',
  b: 'https://b.example.com',
  es: 'https://es.example.com',
  audience: 'https://bureau.example.com',
  canary: 'https://canary.example.com',
})
const { a, b, es } = PARTIES
const keys = inlineKeyStore(() => NOW * 1000)
const world = { keys, now: () => NOW * 1000 }
const policy = aPolicy(
  [],
  [],
  [
    aProvider({
      id: 'a',
      issuer: a.issuer,
      algorithms: new Set(['RS256']),
      maxTokenAge: 3600,
      keys: inline([{ ...a.signer.publicJwk }, { ...a.second.publicJwk }]),
    }),
    aProvider({
      id: 'b',
      issuer: b.issuer,
      algorithms: new Set(['RS256']),
      keys: inline([{ ...b.signer.publicJwk }]),
    }),
    aProvider({
      id: 'es',
      issuer: es.issuer,
      algorithms: new Set(['ES256']),
      keys: inline([{ ...es.signer.publicJwk }]),
    }),
  ],
)

function examine(token: string, online = true) {
  const keysOf = () => (online ? keys : undefined)
  const options = { policy, keysOf, now: NOW, wanted: undefined }
  return examineToken(new Secret('subject token', token), options)
}

/** `passed claims`, one line a check. */
async function checklist(token: string, online = true): Promise<readonly string[]> {
  const { checks } = await examine(token, online)
  return checks.map(({ name, outcome }) => `${outcome} ${name}`)
}

const context = attackContext(PARTIES, NOW)
const ALL = ['format', 'header', 'claims', 'issuer', 'audience']
const REST = ['times', 'subject', 'token id']

test('a genuine token passes every check', async () => {
  const names = [...ALL, 'algorithm', 'key', 'signature', ...REST]
  assert.deepEqual(
    await checklist(context.genuine),
    names.map((name) => `passed ${name}`),
  )
})

test('without keys the signature is not checked, and said not to be', async () => {
  assert.deepEqual(await checklist(context.genuine, false), [
    ...ALL.map((name) => `passed ${name}`),
    'passed algorithm',
    'skipped key',
    'skipped signature',
    ...REST.map((name) => `passed ${name}`),
  ])
})

test('after an expired token the claims are still there to be explained', async () => {
  const { sign, header, base } = context
  const old = sign(header, { ...base, iat: NOW - 900, nbf: NOW - 900, exp: NOW - 600 })
  const { refusal, assertion } = await examine(old)
  assert.ok(assertion)
  assert.equal(refusal?.reason, 'time')
  assert.equal(assertion.claims['sub'], base['sub'])
  assert.equal(assertion.provider.id, 'a')
})

test('whatever verification refuses, the checklist refuses for the same reason', async () => {
  assert.ok(TOKEN_ATTACKS.length > 100)
  for (const { id, name, make } of [...TOKEN_ATTACKS, ...RESPELT_ATTACKS]) {
    const token = make(attackContext(PARTIES, NOW))
    const subjectToken = new Secret('subject token', token)
    const refusal = await rejectionOf(verify(subjectToken, undefined, policy, world, aTrail()))
    const examined = await examine(token)
    assert.equal(examined.refusal?.reason, refusal?.reason, `${id} ${name}`)
    for (const part of token.split('.').filter((text) => text.length > 20))
      assert.ok(!JSON.stringify(examined.checks).includes(part), `${id} ${name}`)
  }
})
