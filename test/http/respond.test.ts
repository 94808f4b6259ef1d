import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_REASONS, Refusal } from '../../shared/domain/refusal.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Handle } from '../../shared/http/edge-server.ts'
import { respondRefusal, respondToken } from '../../shared/http/respond.ts'
import { serveEdge } from '../support/edge.ts'

async function answerOf(handle: Handle, method = 'POST') {
  await using edge = await serveEdge(handle)
  const answer = await fetch(edge.origin, { method })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

for (const reason of ALL_REASONS) {
  test(`${reason}: status, error and constant sentence, and nothing of its detail`, async () => {
    const refusal = new Refusal(reason, { detail: 'canary', cause: new Error('canary') })
    const { status, headers, text } = await answerOf(async (_request, response) =>
      respondRefusal(response, refusal, 'id-1'),
    )
    assert.equal(status, refusal.status)
    assert.equal(
      text,
      `{"error":"${refusal.error}","error_description":"${refusal.sentence}","request_id":"id-1"}`,
    )
    assert.equal(headers.get('retry-after') !== null, status === 503)
    const expected = {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'id-1',
      etag: null,
      'x-powered-by': null,
      'access-control-allow-origin': null,
    }
    const found = Object.keys(expected).map((name) => [name, headers.get(name)])
    assert.deepEqual(Object.fromEntries(found), expected)
  })
}

test('Retry-After is in whole seconds, at least one, and Allow is passed on', async () => {
  const limited = new Refusal('rate_limited', { retryAfter: 6.2 })
  const soon = new Refusal('quota', { retryAfter: 0 })
  const method = new Refusal('method', { allow: 'POST' })
  const headers = await Promise.all(
    [limited, soon, method].map(async (refusal) => {
      const answer = await answerOf(async (_request, response) =>
        respondRefusal(response, refusal, 'id'),
      )
      return answer.headers
    }),
  )
  assert.deepEqual(
    headers.map((of) => of.get('retry-after') ?? of.get('allow')),
    ['7', '1', 'POST'],
  )
})

const token = new Secret('account token', 'ya29.secret')
const account = { token, serviceAccount: 'a@b.iam.gserviceaccount.com', expiresAt: 1_000 }

test('an access token is answered as RFC 8693 section 2.2.1 has it', async () => {
  const order = {
    kind: 'access_token',
    scopes: ['a', 'b'],
    lifetime: 900,
    accessBoundary: undefined,
  } as const
  const { status, text } = await answerOf(async (_request, response) =>
    respondToken(response, { issued: { ...account, order }, recorded: 'issued' }, 'id', 100_500),
  )
  assert.equal(status, 200)
  assert.deepEqual(JSON.parse(text), {
    access_token: 'ya29.secret',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 899,
    scope: 'a b',
  })
})

test('an ID token is no bearer token, and has no scope', async () => {
  const order = { kind: 'id_token', audience: 'https://a', includeEmail: true } as const
  const { text } = await answerOf(async (_request, response) =>
    respondToken(response, { issued: { ...account, order }, recorded: 'issued' }, 'id', 0),
  )
  assert.deepEqual(JSON.parse(text), {
    access_token: 'ya29.secret',
    issued_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    token_type: 'N_A',
    expires_in: 1_000,
  })
})

test('a second answer to one request is dropped', async () => {
  const { status } = await answerOf(async (_request, response) => {
    respondRefusal(response, new Refusal('request', { status: 404 }), 'id')
    respondRefusal(response, new Refusal('fault'), 'id')
  })
  assert.equal(status, 404)
})
