import assert from 'node:assert/strict'
import type { Response } from 'supertest'

/** The sentence of each error, word for word: people match on them. */
const SENTENCES: Readonly<Record<string, string>> = {
  invalid_request: 'The request is malformed or asks for something that is not supported.',
  unsupported_grant_type: 'The grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.',
  invalid_grant: 'The subject token was not accepted.',
  unauthorized_client: 'The identity of the subject token is not allowed to obtain this token.',
  invalid_target: 'No service account, or no single one, answers to this request.',
  invalid_scope: 'A requested scope exceeds what may be granted.',
  slow_down: 'Too many requests. Try again later.',
  temporarily_unavailable:
    'A service that is needed for the answer is unavailable. Try again later.',
  server_error: 'The request failed by a fault of this service.',
}

/**
 * Asserts that an answer is this refusal and nothing more: status, the constant sentence, the request's
 * id, JSON that nobody keeps, and `Retry-After` and `Allow` only where `headers` names them.
 */
export function assertRefusal(
  { status: given, headers: sent, type, body }: Response,
  status: number,
  error: string,
  headers: Readonly<Record<string, string | RegExp>> = {},
): void {
  assert.equal(given, status, JSON.stringify(body))
  assert.deepEqual(body, {
    error,
    error_description: SENTENCES[error],
    request_id: sent['x-request-id'],
  })
  assert.match(
    String(sent['x-request-id']),
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  )
  assert.equal(type, 'application/json')
  assert.equal(sent['cache-control'], 'no-store')
  assert.equal(sent['x-content-type-options'], 'nosniff')
  assert.equal(sent['x-powered-by'], undefined)
  for (const name of ['retry-after', 'allow']) {
    assert.equal(name in sent, name in headers, `${name}: ${sent[name]}`)
  }
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') assert.equal(sent[name], value)
    else assert.match(sent[name] ?? '', value)
  }
}
