import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Policy } from '../../shared/domain/policy.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Trail } from '../../shared/domain/trail.ts'
import { verify } from '../../shared/steps/verify.ts'
import { attackContext, makeParties, partsOf, SUBJECT } from '../support/attacks/context.ts'
import { LOOKALIKES } from '../support/attacks/claims.ts'
import { TOKEN_ATTACKS } from '../support/attacks/corpus.ts'
import { RESPELT_ATTACKS } from '../support/attacks/respellings.ts'
import { KEY_SET_ATTACKS } from '../support/attacks/key-sets.ts'
import { base64url, type Signer } from '../support/keys.ts'
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
const AUDIENCES = new Set([PARTIES.audience])
const POLICY = aPolicy(
  [],
  [],
  [
    aProvider({
      id: 'a',
      issuer: a.issuer,
      audiences: AUDIENCES,
      algorithms: new Set(['RS256']),
      maxTokenAge: 3600,
      keys: published(a.signer, a.second),
    }),
    aProvider({
      id: 'b',
      issuer: b.issuer,
      audiences: AUDIENCES,
      keys: published(b.signer),
      algorithms: new Set(['RS256']),
    }),
    aProvider({
      id: 'es',
      issuer: es.issuer,
      audiences: AUDIENCES,
      keys: published(es.signer),
      algorithms: new Set(['ES256']),
    }),
  ],
)

function published(...signers: readonly Signer[]) {
  return inline(signers.map(({ publicJwk }) => ({ ...publicJwk })))
}

function gate(policy: Policy = POLICY) {
  const keys = inlineKeyStore(() => NOW * 1000)
  return {
    keys,
    verify: (token: string, trail: Trail = aTrail()) =>
      verify(
        new Secret('subject token', token),
        undefined,
        policy,
        { keys, now: () => NOW * 1000 },
        trail,
      ),
  }
}

function context() {
  return attackContext(PARTIES, NOW)
}

test('a genuine token becomes an assertion, and the trail says by which key', async () => {
  const { genuine, base } = context()
  const trail = aTrail()
  const assertion = await gate().verify(genuine, trail)
  const { provider, claims, ...rest } = assertion
  assert.deepEqual(rest, {
    issuer: a.issuer,
    subject: SUBJECT,
    audience: PARTIES.audience,
    jti: base['jti'],
    algorithm: 'RS256',
    kid: 'k1',
    issuedAt: NOW,
    expiresAt: NOW + 300,
  })
  assert.equal(provider.id, 'a')
  assert.deepEqual({ ...claims }, base)
  assert.equal(trail.assertion, assertion)
  assert.deepEqual(trail.key, { kid: 'k1', ageSeconds: 0, stale: false })
})

test('ES256 and a missing kid pass where one key fits', async () => {
  const { base } = context()
  const token = es.signer.sign(
    { alg: 'ES256' },
    { ...base, iss: es.issuer, aud: ['x', base['aud']] },
  )
  const { provider, algorithm, kid } = await gate().verify(token)
  assert.deepEqual([provider.id, algorithm, kid], ['es', 'ES256', undefined])
})

describe('the corpus', () => {
  for (const { id, name, reason, make } of TOKEN_ATTACKS) {
    test(`${id} ${name}: ${reason}`, async () => {
      const made = context()
      const { verify: enter } = gate()
      const trail = aTrail()
      const token = make(made)
      const refusal = await rejectionOf(enter(token, trail))
      assert.equal(refusal?.reason, reason, refusal?.message)
      assert.equal(refusal?.error, 'invalid_grant')
      assert.equal(trail.assertion, undefined)
      assert.equal(refusal.cause, undefined)
      for (const part of token.split('.').filter((text) => text.length > 20)) {
        assert.ok(!JSON.stringify([refusal.message, trail]).includes(part))
      }
      await enter(made.genuine)
    })
  }
})

for (const { id, name, reason, make } of RESPELT_ATTACKS) {
  test(`${id} ${name}: ${reason}, and the record knows whose token it is`, async () => {
    const trail = aTrail()
    const refusal = await rejectionOf(gate().verify(make(context()), trail))
    assert.equal(refusal?.reason, reason)
    assert.equal(trail.assertion?.subject, SUBJECT)
  })
}

describe('key sets', () => {
  for (const { id, name, reason, build } of KEY_SET_ATTACKS) {
    test(`${id} ${name}: ${reason}`, async () => {
      const { keys, make } = build()
      const policy = aPolicy([], [], [aProvider({ issuer: a.issuer, keys: inline(keys) })])
      const refusal = await rejectionOf(gate(policy).verify(make(context())))
      assert.equal(refusal?.reason, reason, refusal?.message)
    })
  }
})

test('a token of no registered issuer, or for nobody here, causes no look-up of a key', async () => {
  const early = new Set(['format', 'header', 'header_key', 'crit', 'alg', 'issuer', 'audience'])
  const rows = TOKEN_ATTACKS.filter(({ reason }) => early.has(reason))
  assert.ok(rows.length > 100)
  const { keys, verify: enter } = gate()
  for (const { make } of rows) assert.ok(await rejectionOf(enter(make(context()))))
  assert.equal(keys.lookUps(), 0)
})

for (const { id, name, make } of LOOKALIKES) {
  test(`${id} ${name}: genuine, and left as it is for the grants to refuse`, async () => {
    const token = make(context())
    const { claims } = await gate().verify(token)
    const [, payload] = partsOf(token)
    assert.deepEqual(
      JSON.parse(JSON.stringify(claims)),
      JSON.parse(Buffer.from(payload, 'base64url').toString()),
    )
  })
}

test('whichever bit of a token is flipped, it is refused', async () => {
  const { genuine } = context()
  const { verify: enter } = gate()
  const parts = partsOf(genuine)
  for (const part of [0, 1, 2] as const) {
    const bytes = Buffer.from(parts[part], 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit += part === 2 ? 37 : 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const refusal = await rejectionOf(enter(parts.with(part, base64url(flipped)).join('.')))
      assert.equal(refusal?.error, 'invalid_grant', `part ${part}, bit ${bit}`)
    }
  }
})

test('before the signature, the trail holds what the token claims, cut short', async () => {
  const { sign, header, base } = context()
  const trail = aTrail()
  const iss = `https://evil.example/${'x'.repeat(500)}`
  await assert.rejects(
    gate().verify(sign({ ...header, kid: 'k'.repeat(200) }, { ...base, iss }), trail),
  )
  assert.deepEqual(trail.claimed, { alg: 'RS256', kid: 'k'.repeat(100), issuer: iss.slice(0, 100) })
  assert.deepEqual([trail.key, trail.assertion], [undefined, undefined])
})

test('a refused header is on the trail too', async () => {
  const { header, base } = context()
  const trail = aTrail()
  await assert.rejects(
    gate().verify(`${base64url({ ...header, alg: 'none' })}.${base64url(base)}.`, trail),
  )
  assert.deepEqual(trail.claimed, { alg: 'none', kid: 'k1' })
})

test('singleUse demands a jti', async () => {
  const { sign, header, base } = context()
  const keys = published(a.signer)
  const policy = aPolicy([], [], [aProvider({ issuer: a.issuer, keys, singleUse: true })])
  const { jti: _, ...rest } = base
  const refusal = await rejectionOf(gate(policy).verify(sign(header, rest)))
  assert.equal(refusal?.reason, 'claims')
})
