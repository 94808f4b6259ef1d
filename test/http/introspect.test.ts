import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IssuedToken } from '../../shared/domain/issued.ts'
import { asRefusal, Refusal } from '../../shared/domain/refusal.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { introspect, rememberIssued } from '../../shared/http/introspect.ts'
import { respondRefusal, sendJson } from '../../shared/http/respond.ts'
import { memoryState } from '../../shared/state/memory.ts'
import { serveEdge } from '../support/edge.ts'

const EMAIL = 'deployer@acme-prod.iam.gserviceaccount.com'

const issued: IssuedToken = {
  token: new Secret('account token', 'ya29.token-of-the-test'),
  order: { kind: 'access_token', scopes: ['a', 'b'], lifetime: 900, accessBoundary: undefined },
  serviceAccount: EMAIL,
  expiresAt: 900,
}

/** A store whose writes fail. */
function failing(fault: Error) {
  return {
    put: async () => {
      throw fault
    },
  }
}

async function serve(clock: { now: number }) {
  const { store } = memoryState(() => clock.now)
  const edge = await serveEdge(async (_request, response) => {
    try {
      sendJson(response, 200, await introspect(response, store, clock.now))
    } catch (error) {
      respondRefusal(response, asRefusal(error), 'id')
    }
  })
  const ask = async (body: string | URLSearchParams, path = '/v1/introspect') => {
    const answer = await fetch(`${edge.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  return { ...edge, store, ask }
}

test('an issued token is active until it expires', async () => {
  const clock = { now: 0 }
  await using edge = await serve(clock)
  await rememberIssued(edge.store, issued, clock.now)
  const question = new URLSearchParams({
    token: issued.token.reveal(),
    token_type_hint: 'urn:ietf:params:oauth:token-type:access_token',
  })
  const known = { active: true, username: EMAIL, scope: 'a b', exp: 900 }
  assert.deepEqual(await edge.ask(question), { status: 200, body: known })
  clock.now = 900_000
  assert.deepEqual(await edge.ask(question), { status: 200, body: { active: false } })
})

test('an ID token has no scope', async () => {
  const clock = { now: 0 }
  await using edge = await serve(clock)
  const order = { kind: 'id_token', audience: 'https://a', includeEmail: true } as const
  await rememberIssued(edge.store, { ...issued, order }, clock.now)
  const { body } = await edge.ask(`token=${issued.token.reveal()}`)
  assert.deepEqual(body, { active: true, username: EMAIL, exp: 900 })
})

test('an unknown token is not active, and nothing else is said', async () => {
  await using edge = await serve({ now: 0 })
  assert.deepEqual((await edge.ask('token=unknown')).body, { active: false })
})

for (const [claim, body, path, status] of [
  ['no token', 'token_type_hint=x', undefined, 400],
  ['an empty token', 'token=', undefined, 400],
  ['two tokens', 'token=a&token=b', undefined, 400],
  ['a token in the query', 'token=a', '/v1/introspect?token=a', 400],
] as const) {
  test(`${claim} is refused`, async () => {
    await using edge = await serve({ now: 0 })
    const answer = await edge.ask(body, path)
    assert.deepEqual([answer.status, answer.body['error']], [status, 'invalid_request'])
  })
}

test('introspection is by form alone', async () => {
  await using edge = await serve({ now: 0 })
  const answer = await fetch(edge.origin, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"token":"a"}',
  })
  assert.equal(answer.status, 415)
})

test('the store holds no token', async () => {
  const puts: string[] = []
  const put = async (key: string, value: string) => void puts.push(key, value)
  await rememberIssued({ put }, issued, 0)
  assert.equal(puts.length, 2)
  assert.ok(!puts.join().includes('token-of-the-test'))
})

test('a store that is down does not cost the token, and a bug is not hidden', async () => {
  await rememberIssued(failing(new Refusal('state_unavailable')), issued, 0)
  await assert.rejects(rememberIssued(failing(new TypeError('a bug')), issued, 0), TypeError)
})
