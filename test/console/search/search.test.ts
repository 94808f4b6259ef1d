import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterOf, queryOf, readSearch } from '../../../shared/console/search/search.ts'

const NOON = Date.UTC(2026, 5, 2, 12)
const HOUR = 3_600_000
const MIDNIGHT = Date.UTC(2026, 5, 2)

const DECISIONS = { kinds: ['issued', 'refused'] }

const FILTERS: readonly (readonly [what: string, query: string, filter: object])[] = [
  ['nothing', '', DECISIONS],
  ['empty fields of a form', 'show=&when=&account=&from=', DECISIONS],
  ['what nobody knows', 'utm_source=x', DECISIONS],
  ['a kind', 'show=intents', { kinds: ['intent'] }],
  ['errors', 'show=errors', { kinds: ['refused'], errors: true }],
  ['everything', 'show=all', {}],
  ['a stretch of time', 'when=1h', { ...DECISIONS, from: NOON - HOUR }],
  ['today', 'when=today', { ...DECISIONS, from: MIDNIGHT }],
  ['yesterday', 'when=yesterday', { ...DECISIONS, from: MIDNIGHT - 24 * HOUR, until: MIDNIGHT }],
  [
    'moments',
    'from=2026-06-01&to=2026-06-02T10:30',
    { ...DECISIONS, from: MIDNIGHT - 24 * HOUR, until: MIDNIGHT + 10.5 * HOUR },
  ],
  ['a stretch before moments', 'when=1h&from=2026-06-01', { ...DECISIONS, from: NOON - HOUR }],
  ['an account', 'account=a%40b.example', { ...DECISIONS, account: 'a@b.example' }],
  [
    'white space around a value',
    'account=+a%40b.example+',
    { ...DECISIONS, account: 'a@b.example' },
  ],
  [
    'every term',
    'reason=scope&subject=s&issuer=i&provider=p&grant=g&address=1&request=r&jti=j&kid=k&policy=d',
    {
      ...DECISIONS,
      reason: 'scope',
      subject: 's',
      issuer: 'i',
      provider: 'p',
      grant: 'g',
      address: '1',
      requestId: 'r',
      jti: 'j',
      kid: 'k',
      policyDigest: 'd',
    },
  ],
]

for (const [what, query, expected] of FILTERS) {
  test(`an address with ${what} filters by it`, () => {
    const filter = filterOf(readSearch(new URLSearchParams(query)), NOON)
    const given = Object.entries(filter).filter(([, value]) => value !== undefined)
    assert.deepEqual(Object.fromEntries(given), expected)
  })
}

const REFUSED: readonly (readonly [query: string, detail: RegExp])[] = [
  ['show=secrets', /^show is/],
  ['when=always', /^when is/],
  ['from=soon', /^from is/],
  ['to=2026-02-31', /^to is/],
  ['from=2026-06-01T25:00', /^from is/],
  ['from=0', /^from is/],
  [`account=${'a'.repeat(1025)}`, /^account is too long/],
]

for (const [query, detail] of REFUSED) {
  test(`an address with ${query.slice(0, 30)} is refused`, () => {
    assert.throws(() => readSearch(new URLSearchParams(query)), { reason: 'request', detail })
  })
}

test('a search makes the address that makes the search', () => {
  const address = '?show=refused&when=7d&account=a%40b.example&reason=scope'
  assert.equal(queryOf(readSearch(new URLSearchParams(address))), address)
  assert.equal(queryOf(readSearch(new URLSearchParams('when='))), '')
  assert.equal(queryOf({}, { cursor: 'x y' }), '?cursor=x+y')
})

test('a hostile value stays a value in the address', () => {
  const query = queryOf({ terms: { subject: 'a&show=all#"><b>' } })
  assert.equal(new URLSearchParams(query).get('subject'), 'a&show=all#"><b>')
  assert.equal(new URLSearchParams(query).get('show'), null)
})
