import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAuditKey } from '../../../shared/audit/key.ts'
import { BadCursor, type AuditStore, type EventFilter } from '../../../shared/audit/store/store.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { AUDIT_KEY } from '../../support/audit.ts'
import { DAY, HOUR, MINUTE, NOON, type Happening } from '../../support/audit-history.ts'

const OLD = `sha256:${'a'.repeat(64)}`
const NEW = `sha256:${'b'.repeat(64)}`
const PARTNER = { issuer: 'https://id.partner.example', provider: 'partner', subject: 'feeder' }
const VAULT = 'vault@acme.iam.gserviceaccount.com'

/** What the stores of the contract hold. */
export const CONTRACT_HISTORY: readonly Happening[] = [
  { at: NOON - 100 * DAY, subject: 'retired', policyDigest: OLD, grant: 'old' },
  { at: NOON - 5 * HOUR, policyDigest: OLD, account: VAULT, grant: 'vault' },
  { at: NOON - 4 * HOUR, policyDigest: OLD, refused: 'no_grant', address: '198.51.100.7' },
  { at: NOON - 3 * HOUR, policyDigest: NEW, ...PARTNER, refused: 'signature' },
  { at: NOON - 3 * HOUR + MINUTE, policyDigest: NEW, refused: 'upstream' },
  { at: NOON - 2 * HOUR, policyDigest: NEW, ...PARTNER, account: VAULT, grant: 'vault', kid: 'p9' },
  { at: NOON - 10 * MINUTE, policyDigest: NEW, ...PARTNER, account: VAULT, grant: 'vault' },
  { at: NOON - 5 * MINUTE, policyDigest: NEW, token: 'head.body.leaked', jti: 'the-one' },
  { at: NOON - MINUTE, policyDigest: NEW, ...PARTNER, account: VAULT, grant: 'vault' },
]

const FILTERS: readonly (readonly [claim: string, filter: EventFilter, events: number])[] = [
  ['nothing', {}, 18],
  ['a beginning', { from: NOON - HOUR }, 7],
  ['an end', { until: NOON - 3 * HOUR }, 6],
  ['kinds', { kinds: ['issued', 'refused'] }, 9],
  ['no kinds', { kinds: [] }, 0],
  ['a reason', { reason: 'no_grant' }, 1],
  ['errors', { errors: true }, 1],
  ['an issuer', { issuer: PARTNER.issuer }, 7],
  ['a provider', { provider: 'partner' }, 7],
  ['a subject', { subject: 'feeder' }, 7],
  ['an account', { account: VAULT }, 8],
  ['a grant', { grant: 'old' }, 2],
  ['an address', { address: '198.51.100.7' }, 1],
  ['a key', { kid: 'p9' }, 2],
  ['a jti', { jti: 'the-one' }, 2],
  ['a policy', { policyDigest: OLD }, 5],
  ['several things at once', { account: VAULT, kinds: ['issued'], from: NOON - HOUR }, 2],
  ['a hostile value', { subject: "'; DROP TABLE records; --" }, 0],
]

/** What every adapter must answer over {@link CONTRACT_HISTORY}; chains are closed. */
export function testStore(name: string, open: () => Promise<AuditStore>): void {
  for (const [claim, filter, expected] of FILTERS) {
    test(`${name}: ${claim} narrows the events`, async () => {
      const { events } = await (await open()).events(filter, { limit: 100 })
      assert.equal(events.length, expected)
      assert.deepEqual(
        events.map(({ time }) => time),
        events.map(({ time }) => time).toSorted((a, b) => b - a),
      )
    })
  }

  test(`${name}: pages hold every event once`, async () => {
    const store = await open()
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await store.events({}, { limit: 4, cursor })
      assert.ok(page.events.length <= 4)
      seen.push(...page.events.map(({ id }) => id))
      cursor = page.next
    } while (cursor !== undefined)
    assert.equal(seen.length, 18)
    assert.equal(new Set(seen).size, 18)
  })

  test(`${name}: years that nobody lived in are asked for without an error`, async () => {
    const store = await open()
    const [first, last] = [Date.parse('0000-01-01'), Date.parse('9999-12-31T23:59:59.999Z')]
    const all = (await store.events({ from: first, until: last }, { limit: 100 })).events
    assert.ok(all.length > 0)
    for (const filter of [{ until: first }, { from: last }, { from: last, until: first }]) {
      assert.deepEqual((await store.events(filter, { limit: 4 })).events, [])
      assert.ok((await store.timeline(filter, 4, NOON)).buckets.length > 0)
    }
  })

  test(`${name}: a cursor that is none is refused`, async () => {
    const store = await open()
    const made = ['1.2;--', '999999999999999.7', '-1.7', '1e3.7'].map((text) =>
      Buffer.from(text).toString('base64url'),
    )
    for (const cursor of ['x', '', 'MQ', ...made]) {
      await assert.rejects(store.events({}, { limit: 4, cursor }), BadCursor)
    }
  })

  test(`${name}: an event comes with its record, and its request's other events`, async () => {
    const store = await open()
    const [issued] = (await store.events({ jti: 'the-one', kinds: ['issued'] }, { limit: 1 }))
      .events
    assert.ok(issued?.requestId)
    const found = await store.event(issued.id)
    assert.deepEqual(found?.event, issued)
    assert.partialDeepStrictEqual(JSON.parse(found.record), { id: issued.id })
    assert.deepEqual(
      (await store.related(issued.requestId)).map(({ kind }) => kind),
      ['intent', 'issued'],
    )
    assert.equal(await store.event('none'), undefined)
  })

  test(`${name}: an event's columns say what its record says`, async () => {
    const store = await open()
    const [issued] = (await store.events({ jti: 'the-one', kinds: ['issued'] }, { limit: 1 }))
      .events
    assert.partialDeepStrictEqual(issued, {
      time: NOON - 5 * MINUTE + 100,
      status: 200,
      reason: undefined,
      subject: 'alice',
      grant: 'reader',
      policyDigest: NEW,
      tokenKind: 'access_token',
      scopes: ['https://www.googleapis.com/auth/devstorage.read_only'],
      lifetime: 900,
      expires: NOON + 10 * MINUTE,
      address: '192.0.2.1',
      keyAge: 5,
      keyStale: false,
    })
  })

  test(`${name}: a timeline counts issued, refused and errors, with reasons and without holes`, async () => {
    const store = await open()
    const { bucketLength, buckets } = await store.timeline(
      { from: NOON - 6 * HOUR, until: NOON },
      6,
      NOON,
    )
    assert.equal(bucketLength, HOUR)
    assert.deepEqual(
      buckets.map(({ start, issued, refused, errors }) => [
        (start - NOON) / HOUR,
        issued,
        refused,
        errors,
      ]),
      [
        [-6, 0, 0, 0],
        [-5, 1, 0, 0],
        [-4, 0, 1, 0],
        [-3, 0, 1, 1],
        [-2, 1, 0, 0],
        [-1, 3, 0, 0],
      ],
    )
    assert.deepEqual(buckets[3]?.reasons, [
      { reason: 'signature', count: 1 },
      { reason: 'upstream', count: 1 },
    ])
  })

  test(`${name}: a timeline follows the filter, and is the last day's by default`, async () => {
    const store = await open()
    const sum = async (filter: EventFilter) =>
      (await store.timeline(filter, 24, NOON)).buckets.reduce((n, bucket) => n + bucket.issued, 0)
    assert.deepEqual(
      [await sum({}), await sum({ account: VAULT }), await sum({ from: NOON - 101 * DAY })],
      [5, 4, 6],
    )
  })

  test(`${name}: live tokens are told by account and holder`, async () => {
    const live = await (await open()).liveTokens({}, NOON)
    assert.deepEqual(
      live.map(({ account, subject, tokens, lastExpires }) => [
        account,
        subject,
        tokens,
        lastExpires - NOON,
      ]),
      [
        ['reader@acme.iam.gserviceaccount.com', 'alice', 1, 10 * MINUTE],
        [VAULT, 'feeder', 2, 14 * MINUTE],
      ],
    )
  })

  test(`${name}: the live tokens of one partner can be asked for`, async () => {
    const live = await (await open()).liveTokens({ provider: 'partner' }, NOON)
    assert.deepEqual(
      live.map(({ tokens }) => tokens),
      [2],
    )
  })

  test(`${name}: the access map tells who used what, least recently used first`, async () => {
    const store = await open()
    const access = await store.accessMap({})
    assert.deepEqual(
      access.map(({ subject, account, tokens }) => [subject, account.split('@')[0], tokens]),
      [
        ['retired', 'reader', 1],
        ['alice', 'vault', 1],
        ['alice', 'reader', 1],
        ['feeder', 'vault', 3],
      ],
    )
    assert.equal(access[3]?.lastUsed, NOON - MINUTE + 100)
    assert.equal((await store.accessMap({ account: VAULT })).length, 2)
  })

  test(`${name}: each grant's last use is told`, async () => {
    assert.deepEqual(await (await open()).grantUses(), [
      { grant: 'old', lastUsed: NOON - 100 * DAY + 100, tokens: 1 },
      { grant: 'reader', lastUsed: NOON - 5 * MINUTE + 100, tokens: 1 },
      { grant: 'vault', lastUsed: NOON - MINUTE + 100, tokens: 4 },
    ])
  })

  test(`${name}: a leaked token leads to its records, as subject token and as issued one`, async () => {
    const store = await open()
    const key = openAuditKey(AUDIT_KEY)
    const find = (token: string) => {
      const secret = new Secret('subject token', token)
      return store.findByFingerprint(key.ofSubjectToken(secret), key.ofIssuedToken(secret))
    }
    assert.deepEqual(
      (await find('head.body.other-signature')).map(({ kind }) => kind),
      ['intent', 'issued'],
    )
    assert.deepEqual(
      (await find(`ya29.minted.${NOON - MINUTE}`)).map(({ kind }) => kind),
      ['issued'],
    )
    assert.deepEqual(await find('unknown'), [])
  })

  test(`${name}: policies are told with what they led to, the latest first`, async () => {
    const history = await (await open()).policyHistory()
    assert.deepEqual(
      history.map(({ digest, issued, refused }) => [digest, issued, refused]),
      [
        [NEW, 4, 2],
        [OLD, 2, 1],
      ],
    )
  })

  test(`${name}: chains are told with their heads and what they miss`, async () => {
    const [chain, ...more] = await (await open()).chains()
    assert.deepEqual(more, [])
    assert.partialDeepStrictEqual(chain, {
      firstSeq: 0,
      lastSeq: 17,
      records: 18,
      missing: 0,
      closed: true,
      instance: 'instance-1',
    })
    assert.match(chain?.head ?? '', /^[0-9a-f]{64}$/)
  })

  test(`${name}: an export gives every record of the filter`, async () => {
    const subjects: unknown[] = []
    for await (const { event, record } of (await open()).export({ account: VAULT })) {
      assert.partialDeepStrictEqual(JSON.parse(record), { id: event.id })
      subjects.push(event.subject)
    }
    assert.equal(subjects.length, 8)
  })
}
