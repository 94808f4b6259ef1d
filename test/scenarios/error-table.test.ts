import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ALL_REASONS, type Reason } from '../../shared/domain/refusal.ts'
import { openApiDocument } from '../../shared/http/openapi.ts'
import { assertNoToken } from '../support/canary.ts'
import { outcomeOf } from '../support/log-lines.ts'
import { assertDescribed, openApiReader } from '../support/openapi.ts'
import { assertRefusal } from '../support/refused-answer.ts'
import { scenarioPolicy, startScene } from '../support/scene.ts'
import { refusedRequests } from './error-table/requests.ts'
import { errorTable } from './error-table/rows.ts'

/** Reasons that no request from outside can cause here, and where they are tested. */
const ELSEWHERE: Readonly<Partial<Record<Reason, string>>> = {
  timeout: 'test/http: a body that never ends',
  kid_ambiguous: 'test/keys',
  key_rejected: 'test/keys',
  unauthenticated: 'the private functions',
  not_operator: 'the private functions',
  policy_stale: 'test/reload',
  overloaded: 'test/http: shedding',
  shutting_down: 'test/http: the life cycle',
  fault: 'refusals-of-state.test.ts',
  state_unavailable: 'refusals-of-state.test.ts',
  aborted: 'test/http: nobody is left to answer',
}

const limit = 40
const directory = await mkdtemp(join(tmpdir(), 'error-table-'))
const store = join(directory, 'audit.sqlite')
// Without a key of its own the bureau can vouch for nobody.
const policy = (await scenarioPolicy()).replace('exchange: assertion', 'exchange: impersonation')
const scene = await startScene({
  policy,
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
const openApi = openApiReader(JSON.parse(JSON.stringify(openApiDocument(scene.bureau.url))))

for (const { status, error, cases } of errorTable(requests)) {
  for (const [reason, what, ask, headers = {}] of cases) {
    test(`${status} ${error}, ${reason}: ${what}`, async () => {
      seen.add(reason)
      const answer = await ask()
      assertRefusal(answer, status, error, headers)
      if (status !== 404) assertDescribed(openApi, 'POST', '/v1/token', answer)
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
