import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonical } from '../../shared/audit/canonical.ts'
import { composeDecision, MAX_RECORD } from '../../shared/audit/record/compose.ts'
import type { Decision } from '../../shared/audit/record/decision.ts'
import { composePolicy, composeSummary } from '../../shared/audit/record/upkeep.ts'
import type { AuthenticationData } from '../../shared/audit/schema/authentication.ts'
import { Envelope } from '../../shared/audit/schema/envelope.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Trail } from '../../shared/domain/trail.ts'
import { anIssuedTrail, recorderOptions } from '../support/audit.ts'
import {
  aGrant,
  always,
  aPolicy,
  aPrincipal,
  aProvider,
  aRequest,
  aTrail,
} from '../support/policy.ts'

const context = recorderOptions()
const INTENT: Decision = { kind: 'intent' }
const ISSUED: Decision = { kind: 'issued', status: 200 }
const refused = (refusal: Refusal): Decision => ({
  kind: 'refused',
  status: refusal.status,
  refusal,
})

function requestData(trail: Trail, decision: Decision): AuthenticationData {
  const { event } = composeDecision(trail, decision, context)
  assert.ok(event.data.class_uid === 3002)
  return event.data
}

const SHAPES: readonly (readonly [string, Trail, Decision])[] = [
  ['an intent', anIssuedTrail(), INTENT],
  ['an issue', anIssuedTrail(), ISSUED],
  ['a refusal before anything is known', aTrail(), refused(new Refusal('request'))],
  [
    'a refusal of an unproved token',
    aTrail({ request: aRequest(), claimed: { issuer: 'https://idp.example.com', kid: 'k1' } }),
    refused(new Refusal('signature', { detail: 'does not verify', cause: new Error('bad') })),
  ],
  [
    'a traced request',
    aTrail({
      caller: { ...aTrail().caller, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
    }),
    refused(new Refusal('method')),
  ],
]

for (const [claim, trail, decision] of SHAPES) {
  test(`${claim} has the shape of the schema, in canonical order`, () => {
    const { event, text } = composeDecision(trail, decision, context)
    assert.deepEqual(Envelope.safeParse(JSON.parse(text)).error?.issues, undefined)
    assert.equal(text, canonical(JSON.parse(text)))
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(event)))
  })
}

test('records of upkeep have the shape of the schema, in canonical order', () => {
  const digest = `sha256:${'1'.repeat(64)}`
  const composed = [
    composePolicy({ digest, loaded: true, problems: 0 }, context.origin, 0),
    composePolicy({ digest, loaded: false, problems: 3 }, context.origin, 0),
    composeSummary([{ reason: 'alg', recorded: 3, suppressed: 7 }], context.origin, 0),
  ]
  for (const { text } of composed) {
    assert.deepEqual(Envelope.safeParse(JSON.parse(text)).error?.issues, undefined)
    assert.equal(text, canonical(JSON.parse(text)))
  }
})

test('a policy that cannot be read is recorded without a digest, in the shape of the schema', () => {
  const load = { digest: '', loaded: false, problems: 1 }
  const { text } = composePolicy(load, context.origin, 0)
  assert.deepEqual(Envelope.safeParse(JSON.parse(text)).error?.issues, undefined)
  assert.match(text, /"message":"policy that cannot be read refused: 1 problem"/)
})

test('an issued record says who got what, by which rule, until when', () => {
  const data = requestData(anIssuedTrail(), ISSUED)
  const { unmapped } = data
  assert.equal(data.user.uid, 'alice')
  assert.equal(data.user.domain, 'https://idp.example.com')
  assert.equal(data.http_response?.code, 200)
  assert.equal(data.session?.expiration_time, 1_700_000_900_000)
  assert.deepEqual(data.status, 'Success')
  assert.equal(unmapped.account, 'reader@acme.iam.gserviceaccount.com')
  assert.equal(unmapped.grant, 'reader')
  assert.equal(unmapped.policy_digest, `sha256:${'0'.repeat(64)}`)
  assert.deepEqual(unmapped.order?.scopes, ['https://www.googleapis.com/auth/devstorage.read_only'])
  assert.equal(unmapped.order?.lifetime, 900)
  assert.deepEqual(unmapped.key, { age_seconds: 12, stale: false })
  assert.deepEqual(unmapped.attempts, [
    { calls: 1, upstream: 'sts' },
    { calls: 2, upstream: 'iamCredentials' },
  ])
  assert.deepEqual(unmapped.stages?.[0], { ms: 1.25, stage: 'verify' })
})

test('the id of an intent is the request id, an outcome has its own and names the request', () => {
  const trail = anIssuedTrail()
  const intent = composeDecision(trail, INTENT, context).event
  const issued = composeDecision(trail, ISSUED, context).event
  assert.equal(intent.id, trail.requestId)
  assert.notEqual(issued.id, trail.requestId)
  assert.equal(issued.data.metadata.correlation_uid, trail.requestId)
})

test('an intent tells nothing of a token that does not exist yet', () => {
  const data = requestData(anIssuedTrail(), INTENT)
  assert.equal(data.session, undefined)
  assert.equal(data.http_response, undefined)
})

test('a refusal says its reason, detail and cause', () => {
  const cause = new TypeError('outer', { cause: new RangeError('inner') })
  const data = requestData(
    aTrail(),
    refused(new Refusal('provider_unavailable', { detail: 'no answer', cause })),
  )
  assert.equal(data.status_code, 'provider_unavailable')
  assert.equal(data.status_detail, 'no answer')
  assert.equal(data.unmapped.cause, 'TypeError: outer < RangeError: inner')
  assert.equal(data.severity_id, 4)
})

const RULE = {
  availableResource: '//storage.googleapis.com/projects/_/buckets/orders',
  availablePermissions: ['inRole:roles/storage.objectViewer'],
  availabilityCondition: { expression: `resource.name != '${'n'.repeat(1800)}'` },
}

/** Asks for a token bound by these rules; `granted` also gets it. */
function boundTrail(rules: readonly Readonly<Record<string, unknown>>[], granted: boolean): Trail {
  const accessBoundary = { accessBoundaryRules: rules }
  const wish = { kind: 'access_token', scopes: undefined, lifetime: 900, accessBoundary } as const
  const request = aRequest({ wish })
  if (!granted) return aTrail({ request })
  const { authorization, issued } = anIssuedTrail()
  assert.ok(authorization && issued)
  const order = { kind: 'access_token', scopes: ['s'], lifetime: 900, accessBoundary } as const
  return anIssuedTrail({
    request,
    authorization: { ...authorization, order },
    issued: { ...issued, order },
  })
}

test('the rules of an access boundary are recorded, granted or refused', () => {
  const { unmapped: issued } = requestData(boundTrail([RULE], true), ISSUED)
  assert.deepEqual(issued.access_boundary, [JSON.stringify(RULE)])
  assert.equal(issued.order?.access_boundary, true)
  const no = refused(new Refusal('no_grant'))
  const { unmapped: told } = requestData(boundTrail([RULE], false), no)
  assert.deepEqual(told.access_boundary, [JSON.stringify(RULE)])
  assert.equal(told.order, undefined)
})

/** Ten rules, each with this in its condition. */
const tenRules = (expression: string) =>
  Array.from({ length: 10 }, (_, nth) => ({
    ...RULE,
    availableResource: `//storage.googleapis.com/${nth}`,
    availabilityCondition: { expression },
  }))

test('rules that fill a record are one entry with their size and digest, and nothing else is cut', () => {
  const rules = tenRules('"\u0001\u202e'.repeat(600))
  const { event, text } = composeDecision(boundTrail(rules, true), ISSUED, context)
  assert.ok(Buffer.byteLength(text) + 300 <= MAX_RECORD, `${Buffer.byteLength(text)} bytes`)
  assert.deepEqual(Envelope.safeParse(JSON.parse(text)).error?.issues, undefined)
  assert.ok(event.data.class_uid === 3002)
  const { access_boundary: kept = [] } = event.data.unmapped
  assert.equal(kept.length, 1)
  assert.match(kept[0] ?? '', /^…\(10 entries, \d+ bytes, sha256:[0-9a-f]{16}\)$/)
  assert.equal(event.data.metadata.is_truncated, true)
  const cut = [...text.matchAll(/…\(/g)].length
  assert.equal(cut, 1)
})

const LONG_ACCOUNT = `${'a'.repeat(30)}@${'p'.repeat(30)}.iam.gserviceaccount.com`
const LONG_NAME = `principal://iam.googleapis.com/${'n'.repeat(300)}`
const ORDER = { kind: 'access_token', lifetime: 900, accessBoundary: undefined } as const
const SCOPES = Array.from({ length: 20 }, (_, i) => `https://www.googleapis.com/auth/s${i}`)

for (const length of [400, 800, 2048]) {
  test(`ten rules of ${length} characters cost the record neither account, principal nor scopes`, () => {
    const trail = boundTrail(tenRules('x'.repeat(length)), true)
    const { authorization, request } = trail
    assert.ok(authorization && request)
    const principal = { ...authorization.principal, name: LONG_NAME }
    const grant = aGrant({ serviceAccount: LONG_ACCOUNT })
    const order = { ...ORDER, scopes: SCOPES }
    const asking = { ...request, target: { kind: 'email', email: LONG_ACCOUNT } } as const
    const full = { ...trail, principal, request: asking }
    full.authorization = { ...authorization, principal, grant, order }
    const { event, text } = composeDecision(full, ISSUED, context)
    assert.ok(Buffer.byteLength(text) + 300 <= MAX_RECORD, `${Buffer.byteLength(text)} bytes`)
    assert.ok(event.data.class_uid === 3002)
    const { unmapped, user } = event.data
    assert.equal(unmapped.account, LONG_ACCOUNT)
    assert.equal(unmapped.asked?.target, LONG_ACCOUNT)
    assert.equal(user.name, LONG_NAME)
    assert.equal(event.subject, LONG_NAME)
    assert.deepEqual(unmapped.order?.scopes, SCOPES)
  })
}

const reading = (...reads: string[]) => ({ ...always(true), reads })

test('only the claims that the decision read are recorded', () => {
  const provider = aProvider({
    attributes: { ...aProvider().attributes, reads: ['repository', 'sub'] },
  })
  const principal = aPrincipal(undefined, provider)
  const assertion = {
    ...principal.assertion,
    claims: { ...principal.assertion.claims, ref: 'main', actor: 'bob', event: 'push', n: 1 },
  }
  const grant = aGrant({ condition: reading('ref', 'absent') })
  const unrelated = aGrant({ id: 'other', members: ['other:*'], condition: reading('n') })
  const denial = { id: 'd', members: undefined, condition: reading('event') }
  const policy = aPolicy([grant, unrelated], [denial])
  const trail = anIssuedTrail({ assertion, principal: { ...principal, assertion } })
  const { event } = composeDecision(trail, INTENT, { ...context, policy: () => policy })
  assert.ok(event.data.class_uid === 3002)
  assert.deepEqual(event.data.unmapped.assertion?.claims, [
    { json: '"push"', name: 'event' },
    { json: '"main"', name: 'ref' },
    { json: '"alice"', name: 'sub' },
  ])
})

const JWT = `eyJ${'h'.repeat(30)}.eyJ${'p'.repeat(200)}.${'s'.repeat(342)}`
const GOOGLE = `ya29.${'g'.repeat(200)}`

test('no token gets into a record, wherever it was put', () => {
  const principal = aPrincipal()
  const claims = { ...principal.assertion.claims, sub: `${JWT} ${GOOGLE}` }
  const trail = anIssuedTrail({
    request: aRequest({ subjectToken: new Secret('subject token', JWT) }),
    assertion: { ...principal.assertion, claims, jti: JWT, subject: JWT },
    caller: { ...aTrail().caller, path: `/v1/token/${JWT}`, userAgent: `x ${JWT} ${GOOGLE}` },
    issued: { ...issuedOf(anIssuedTrail()), token: new Secret('account token', GOOGLE) },
  })
  const cause = new Error(`invalid: ${JWT}`, { cause: new Error(`part ${'s'.repeat(342)}`) })
  const refusal = new Refusal('fault', { detail: `saw ${JWT}`, cause })
  for (const decision of [INTENT, ISSUED, refused(refusal)]) {
    const { text } = composeDecision(trail, decision, context)
    for (const part of [...JWT.split('.'), GOOGLE]) assert.ok(!text.includes(part), text)
  }
})

function issuedOf({ issued }: Trail) {
  assert.ok(issued)
  return issued
}

function deep(levels: number): never[] {
  let value: never[] = []
  for (let i = 0; i < levels; i += 1) value = [value] as never[]
  return value
}

const HOSTILE: readonly (readonly [claim: string, value: string])[] = [
  ['a forged log line', '\n{"severity":"INFO","message":"forged"}\r\n'],
  ['terminal escapes', '\u001b[2J\u001b]0;owned\u0007\u009b31m'],
  ['line separators', 'a\u2028b\u2029c\u0085d'],
  ['lone surrogates', '\ud800x\udc00'],
  ['text that turns round', '\u202egnp.exe\u2066\u200b'],
  ['quotes and backslashes', '","chainhash":"\\"\\\\'],
  ['12 KB of text', 'x'.repeat(12_000)],
  ['12 KB that escape to six times as much', '\u0001'.repeat(12_000)],
  ['12 KB of four-byte characters', '😀'.repeat(3_000)],
]

for (const [claim, value] of HOSTILE) {
  test(`${claim} everywhere leave the record one line of at most 8 KiB`, () => {
    const { text } = composeDecision(hostileTrail(value), ISSUED, context)
    assert.ok(Buffer.byteLength(text) + 300 <= MAX_RECORD, `${Buffer.byteLength(text)} bytes`)
    // oxlint-disable-next-line no-control-regex -- the absence of control characters is the claim
    assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
    assert.equal(text, canonical(JSON.parse(text)))
    assert.deepEqual(Envelope.safeParse(JSON.parse(text)).error?.issues, undefined)
  })
}

function hostileTrail(value: string): Trail {
  const names = Array.from({ length: 60 }, (_, i) => `${i}${value}`)
  const claims = Object.assign(Object.create(null) as object, {
    ...Object.fromEntries(names.map((name) => [name, value])),
    ['__proto__']: value,
    constructor: value,
    deep: deep(20_000),
  })
  const reads = [...names, '__proto__', 'constructor', 'deep', 'toString']
  const provider = aProvider({
    issuer: value,
    attributes: { ...aProvider().attributes, reads },
  })
  const principal = { ...aPrincipal(undefined, provider), name: value }
  const assertion = {
    ...principal.assertion,
    claims,
    issuer: value,
    subject: value,
    audience: value,
    jti: value,
    kid: value,
  }
  const accessBoundary = { accessBoundaryRules: names.map((name) => ({ [name]: value })) }
  const order = {
    kind: 'access_token',
    scopes: names,
    lifetime: 900,
    accessBoundary,
  } as const
  const grant = aGrant({ serviceAccount: value, delegates: names })
  return anIssuedTrail({
    assertion,
    principal: { ...principal, assertion },
    caller: { ...aTrail().caller, address: value, userAgent: value, path: value, method: value },
    request: aRequest({
      target: { kind: 'email', email: value },
      wish: { kind: 'access_token', scopes: names, lifetime: 1, accessBoundary },
    }),
    authorization: { principal, grant, order, policyDigest: `sha256:${'0'.repeat(64)}` },
    shadowGrants: names,
    stages: Object.fromEntries(names.map((name) => [name, 1.23456])),
    attempts: Object.fromEntries(names.map((name) => [name, 1])),
  })
}

test('a value that is cut short ends in its size and digest, and the record says so', () => {
  const caller = { ...aTrail().caller, userAgent: 'x'.repeat(600) }
  const data = requestData(aTrail({ caller }), refused(new Refusal('request')))
  assert.match(data.http_request.user_agent, /^x{512}…\(600 bytes, sha256:[0-9a-f]{16}\)$/)
  assert.equal(data.metadata.is_truncated, true)
})
