import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Response } from 'supertest'
import { ALL_REASONS, type Reason } from '../../shared/domain/refusal.ts'
import { assertNoToken } from '../support/canary.ts'
import { outcomeOf } from '../support/log-lines.ts'
import { startScene } from '../support/scene.ts'
import { refusedRequests } from './error-table/requests.ts'
import { errorTable } from './error-table/rows.ts'

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

/** Reasons that no request from outside can cause here, and where they are tested. */
const ELSEWHERE: Readonly<Partial<Record<Reason, string>>> = {
  timeout: 'test/http: a body that never ends',
  kid_ambiguous: 'test/keys',
  key_rejected: 'test/keys',
  unauthenticated: 'the private functions',
  not_operator: 'the private functions',
  state_unavailable: 'test/state',
  policy_stale: 'test/reload',
  overloaded: 'test/http: shedding',
  shutting_down: 'test/http: the life cycle',
  aborted: 'test/http: nobody is left to answer',
}

const limit = 40
const directory = await mkdtemp(join(tmpdir(), 'error-table-'))
const store = join(directory, 'audit.sqlite')
const scene = await startScene({
  env: {
    AUDIT_SINKS: `stdout,sqlite:${store}`,
    AUDIT_REQUIRED: 'all',
    ASSERTION_KEY_FILE: '',
    RATE_LIMIT_PER_MINUTE: String(limit),
    TRUSTED_HOPS: '1',
  },
})
after(async () => {
  await scene.close()
  await rm(directory, { recursive: true })
})
const requests = refusedRequests({ scene, limit, store })
const seen = new Set<string>()

for (const { status, error, cases } of errorTable(requests)) {
  for (const [reason, what, ask, headers = {}] of cases) {
    test(`${status} ${error}, ${reason}: ${what}`, async () => {
      seen.add(reason)
      const answer = await ask()
      assertRefusal(answer, status, error, headers)
      const line = await outcomeOf(scene.bureau, answer.body.request_id)
      assert.deepEqual(
        { reason: line.reason, status: line.status, severity: line.severity },
        { reason, status, severity: status < 500 ? 'WARNING' : 'ERROR' },
      )
    })
  }
}

test('every reason there is stands in the table, or is known to be tested elsewhere', () => {
  const untested = ALL_REASONS.filter((reason) => !seen.has(reason) && !(reason in ELSEWHERE))
  assert.deepEqual(untested, [])
})

test('no token of all these requests was logged', () => {
  assertNoToken([...scene.bureau.stdout(), ...scene.bureau.stderr()], requests.tokens())
})

function assertRefusal(
  { status: given, headers: sent, type, body }: Response,
  status: number,
  error: string,
  headers: Readonly<Record<string, string | RegExp>>,
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
