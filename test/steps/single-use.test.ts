import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refusal } from '../../shared/domain/refusal.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Reservation, StateStore } from '../../shared/domain/world.ts'
import { memoryState } from '../../shared/state/memory.ts'
import { reserveOnce } from '../../shared/steps/single-use.ts'
import { verify } from '../../shared/steps/verify.ts'
import { attackContext, makeParties } from '../support/attacks/context.ts'
import { RESPELLINGS, respelt } from '../support/attacks/respellings.ts'
import { inline, inlineKeyStore } from '../support/key-store.ts'
import { aPolicy, aPrincipal, aProvider, aTrail, mappedSubject } from '../support/policy.ts'
import { rejectionOf } from '../support/refusals.ts'

const NOW = 1_750_000_000
const PARTIES = makeParties({
  a: 'https://a.example.com',
  b: 'https://b.example.com',
  es: 'https://es.example.com',
  audience: 'https://bureau.example.com',
  canary: 'https://canary.example.com',
})
const { a, es } = PARTIES
const POLICY = aPolicy(
  [],
  [],
  [a, es].map(({ issuer, signer }) =>
    aProvider({ issuer, singleUse: true, keys: inline([{ ...signer.publicJwk }]) }),
  ),
)

/** A gate over a fresh store, with a clock that a test can move. */
function gate() {
  const clock = { seconds: NOW }
  const now = () => clock.seconds * 1000
  const { store } = memoryState(now)
  const world = { keys: inlineKeyStore(now), now, state: store }
  return {
    clock,
    /** What the edge does to the text, then the two steps in their order. */
    use: async (token: string) => {
      const subjectToken = new Secret('subject token', token.trim())
      const assertion = await verify(subjectToken, undefined, POLICY, world, aTrail())
      return reserveOnce(assertion, world)
    },
  }
}

describe('a token counts once', () => {
  for (const { id, name, first, again } of RESPELLINGS) {
    test(`${id} ${name}: replay`, async () => {
      const { use } = gate()
      const token = first(attackContext(PARTIES, NOW))
      await use(token)
      const refusal = await rejectionOf(use(again(token)))
      assert.deepEqual([refusal?.reason, refusal?.error], ['replay', 'invalid_grant'])
    })
  }
})

test('TM11 100 times at once: one success', async () => {
  const { use } = gate()
  const { genuine } = attackContext(PARTIES, NOW)
  const refusals = await Promise.all(Array.from({ length: 100 }, () => rejectionOf(use(genuine))))
  assert.deepEqual(
    [undefined, 'replay'].map(
      (reason) => refusals.filter((refusal) => refusal?.reason === reason).length,
    ),
    [1, 99],
  )
})

test('a second spelling before the first is refused for its form, and uses nothing up', async () => {
  const { use } = gate()
  const { genuine } = attackContext(PARTIES, NOW)
  const refusal = await rejectionOf(use(respelt(genuine)))
  assert.equal(refusal?.reason, 'format')
  assert.equal(await rejectionOf(use(genuine)), undefined)
})

test('after a failure upstream the token may come again', async () => {
  const { use } = gate()
  const { genuine } = attackContext(PARTIES, NOW)
  const release = await use(genuine)
  await release()
  await use(genuine)
  assert.equal((await rejectionOf(use(genuine)))?.reason, 'replay')
})

test('the use is remembered for as long as the token could be accepted', async () => {
  const { use, clock } = gate()
  const { genuine } = attackContext(PARTIES, NOW)
  await use(genuine)
  clock.seconds = NOW + 329
  assert.equal((await rejectionOf(use(genuine)))?.reason, 'replay')
  clock.seconds = NOW + 330
  assert.equal((await rejectionOf(use(genuine)))?.reason, 'time')
})

test('the same jti of another issuer is another token', async () => {
  const { use } = gate()
  const { base, sign, header } = attackContext(PARTIES, NOW)
  await use(sign(header, base))
  const other = es.signer.sign({ alg: 'ES256', kid: 'e1' }, { ...base, iss: es.issuer })
  assert.equal(await rejectionOf(use(other)), undefined)
})

const out = () => Promise.reject(new Refusal('state_unavailable'))
const OUT_OF_ORDER: StateStore = {
  reserve: out,
  put: async () => {},
  get: async () => undefined,
}

/** A store that says the same of every key. */
const always = (reservation: Reservation): StateStore => ({
  ...OUT_OF_ORDER,
  reserve: async () => reservation,
})

const once = aPrincipal(mappedSubject('alice'), aProvider({ singleUse: true })).assertion
const often = aPrincipal(mappedSubject('alice'), aProvider({ singleUse: false })).assertion
const now = () => NOW * 1000

test('a store that is down refuses, and only where the provider needs it', async () => {
  const world = { state: OUT_OF_ORDER, now }
  assert.equal((await rejectionOf(reserveOnce(once, world)))?.reason, 'state_unavailable')
  const release = await reserveOnce(often, world)
  assert.equal(await rejectionOf(release()), undefined)
})

test('a use that cannot be given back is no error of its own', async () => {
  const release = await reserveOnce(once, { state: always(out), now })
  assert.equal(await rejectionOf(release()), undefined)
})

for (const reservation of ['taken', 'forgotten'] as const) {
  test(`a use that the store says is ${reservation} is a replay`, async () => {
    const refusal = await rejectionOf(reserveOnce(once, { state: always(reservation), now }))
    assert.equal(refusal?.reason, 'replay')
  })
}

test('a token that is older than the store may have been used before it', async () => {
  const { issuedAt } = once
  for (const [began, reason] of [
    [issuedAt + 1, 'replay'],
    [issuedAt, undefined],
  ] as const) {
    const { store } = memoryState(() => began * 1000)
    assert.equal((await rejectionOf(reserveOnce(once, { state: store, now })))?.reason, reason)
  }
})
