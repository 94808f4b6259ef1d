import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Envelope } from '../../../shared/audit/schema/envelope.ts'
import type { AuthenticationData } from '../../../shared/audit/schema/authentication.ts'
import { CHECKS, type CheckId } from '../../../shared/console/trace/checks.ts'
import { ruleTrace, type Traced } from '../../../shared/console/trace/rule-trace.ts'
import { ALL_REASONS, Refusal, type Reason } from '../../../shared/domain/refusal.ts'
import type { TokenRequest } from '../../../shared/domain/token-request.ts'
import type { Trail } from '../../../shared/domain/trail.ts'
import { aRecorder, anIssuedTrail } from '../../support/audit.ts'
import { aRequest, aTrail } from '../../support/policy.ts'

/** The record of one outcome, as the recorder writes it. */
async function recordOf(trail: Trail, refusal?: Refusal): Promise<AuthenticationData> {
  const { recorder, sink } = aRecorder()
  await recorder.outcome(trail, refusal?.status ?? 200, refusal)
  const read = Envelope.parse(sink.records.at(-1)?.event)
  assert.ok(read.data.class_uid === 3002)
  return read.data
}

const whole = anIssuedTrail()
const { authorization: _order, issued: _token, attempts: _calls, ...judged } = whole
const unasked = { ...judged, attempts: {} }
const { principal: _principal, ...verified } = unasked
const { assertion: _assertion, ...keyed } = verified
const asked = aTrail({ request: aRequest() })
const claimed = aTrail({
  request: aRequest(),
  claimed: { issuer: 'https://idp.example', alg: 'RS256' },
})
const ordered = { ...whole, attempts: {} }

const FAILED: readonly (readonly [reason: Reason, how: string, trail: Trail, check: CheckId])[] = [
  ['size', 'at the edge', aTrail(), 'accept'],
  ['request', 'at the edge', aTrail(), 'accept'],
  ['request', 'of a boundary that the grant does not allow', unasked, 'grant'],
  ['rate_limited', 'by address', aTrail(), 'accept'],
  ['rate_limited', 'by principal', unasked, 'limit'],
  ['format', 'of a token that is none', asked, 'form'],
  ['format', 'of a second spelling', verified, 'claims'],
  ['alg', 'in the header', aTrail({ request: aRequest(), claimed: { alg: 'none' } }), 'form'],
  ['alg', 'that the provider does not take', claimed, 'audience'],
  ['issuer', 'that nobody registered', claimed, 'issuer'],
  ['kid', 'that nobody publishes', claimed, 'key'],
  ['signature', 'that does not hold', keyed, 'signature'],
  ['time', 'that is over', keyed, 'times'],
  ['claims', 'before the signature', claimed, 'form'],
  ['claims', 'after the signature', keyed, 'claims'],
  ['replay', 'in another spelling', verified, 'claims'],
  ['replay', 'of a token that counts once', ordered, 'once'],
  ['condition', 'of the provider', verified, 'condition'],
  ['denied', 'by a denial', unasked, 'denials'],
  ['no_grant', 'at all', unasked, 'grant'],
  ['state_unavailable', 'for the limits', aTrail(), 'accept'],
  ['state_unavailable', 'for single use', ordered, 'once'],
  ['audit_unavailable', 'for the intent', ordered, 'intent'],
  ['upstream', 'of the token service', { ...whole, attempts: { sts: 3 } }, 'exchange'],
  ['upstream_denied', 'by IAM', whole, 'impersonate'],
  ['aborted', 'in mid-request', aTrail(), 'accept'],
]

for (const [reason, how, trail, check] of FAILED) {
  test(`${reason} ${how} failed the check ${check}: those before passed, those after were not reached`, async () => {
    const data = await recordOf(trail, new Refusal(reason, { detail: 'what was wrong' }))
    const trace = ruleTrace(data)
    const at = trace.findIndex(({ state }) => state === 'failed')
    assert.equal(trace[at]?.check, check)
    assert.equal(trace[at]?.fact, 'what was wrong')
    assert.deepEqual(new Set(states(trace.slice(0, at))), new Set(at === 0 ? [] : ['passed']))
    assert.ok(trace.slice(at + 1).every((one) => one.state === 'not reached' && !one.fact))
  })
}

function states(trace: readonly Traced[]): readonly string[] {
  return trace.map(({ state }) => state)
}

test('every reason fails exactly one check', async () => {
  for (const reason of ALL_REASONS) {
    const trace = ruleTrace(await recordOf(aTrail(), new Refusal(reason)))
    assert.equal(states(trace).filter((state) => state === 'failed').length, 1, reason)
  }
})

test('a token that was issued passed every check, each with its facts', async () => {
  const trace = ruleTrace(await recordOf(whole))
  assert.deepEqual(new Set(states(trace)), new Set(['passed']))
  const facts = Object.fromEntries(trace.map(({ check, fact }) => [check, fact]))
  assert.equal(trace.length, CHECKS.length)
  assert.equal(facts['key'], 'key k1, fetched 12 s before')
  assert.equal(facts['grant'], 'reader leads to reader@acme.iam.gserviceaccount.com')
  assert.equal(facts['impersonate'], '2 calls')
  assert.match(facts['intent'] ?? '', /^access token of 15 min for https:/)
})

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const WANTED: readonly (readonly [request: TokenRequest, fact: string])[] = [
  [aRequest(), 'asks for an access token, no scope named, no account named'],
  [
    aRequest({
      target: { kind: 'email', email: 'nobody@acme.example' },
      wish: { kind: 'access_token', scopes: [SCOPE], lifetime: 900, accessBoundary: undefined },
    }),
    `asks for an access token of 15 min, for ${SCOPE}, as nobody@acme.example`,
  ],
  [
    aRequest({
      target: { kind: 'grant', id: 'deploy' },
      wish: { kind: 'id_token', audience: 'https://app.example' },
    }),
    'asks for an ID token for https://app.example, as deploy',
  ],
]

for (const [request, fact] of WANTED) {
  test(`what was asked stands at the beginning, though it was refused: ${fact}`, async () => {
    const refused = await recordOf({ ...unasked, request }, new Refusal('no_grant'))
    assert.equal(ruleTrace(refused)[0]?.fact, fact)
  })
}

test('stale keys are told', async () => {
  const stale = { kid: 'k1', ageSeconds: 4000, stale: true }
  const trace = ruleTrace(await recordOf({ ...whole, key: stale }))
  assert.match(trace.find(({ check }) => check === 'key')?.fact ?? '', /stale/)
})

/** What the trace says of a token that is bound by these rules. */
async function boundFact(rules: readonly Readonly<Record<string, string>>[]) {
  const accessBoundary = { accessBoundaryRules: rules }
  const { request, authorization } = whole
  assert.ok(request?.wish.kind === 'access_token' && authorization?.order.kind === 'access_token')
  const bound = {
    ...whole,
    request: { ...request, wish: { ...request.wish, accessBoundary } },
    authorization: { ...authorization, order: { ...authorization.order, accessBoundary } },
  }
  const intent = ruleTrace(await recordOf(bound)).find(({ check }) => check === 'intent')
  return intent?.fact ?? ''
}

test('a token that an access boundary narrows is told as such', async () => {
  assert.match(await boundFact([{}, {}]), /, bound by an access boundary of 2 rules$/)
  const long = { description: 'x'.repeat(2000) }
  assert.match(
    await boundFact(Array.from({ length: 10 }, () => long)),
    /, bound by an access boundary$/,
  )
})
