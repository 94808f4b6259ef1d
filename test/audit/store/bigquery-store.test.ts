import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { createBigQueryStore } from '../../../shared/audit/store/bigquery/bigquery-store.ts'
import { parseTableName } from '../../../shared/audit/store/bigquery/table-name.ts'
import type { AuditStore } from '../../../shared/audit/store/store.ts'
import { Refusal } from '../../../shared/domain/refusal.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { keepingSink, recorderOptions } from '../../support/audit.ts'
import { DAY, linesOf, NOON } from '../../support/audit-history.ts'
import { bigQueryDouble, type DoubleOptions } from '../../support/bigquery-double.ts'
import { aTrail } from '../../support/policy.ts'
import { CONTRACT_HISTORY, testStore } from './contract.ts'

const TABLE = 'acme-audit.audit.deliveries'
const TOKEN = 'ya29.reads-the-audit'
const GIB = 1024 ** 3

function storeAt(endpoint: string, lookback = 400): AuditStore {
  return createBigQueryStore({
    project: 'acme-audit',
    table: parseTableName(TABLE),
    endpoint,
    accessToken: () => Promise.resolve(new Secret('access token', TOKEN)),
    fetch,
    maximumBytes: GIB,
    now: () => NOON,
    lookback,
    history: 400,
  })
}

async function serving(lines: readonly string[], options: Partial<DoubleOptions> = {}) {
  return bigQueryDouble(lines, { table: TABLE, token: TOKEN, ...options })
}

const history = await linesOf(CONTRACT_HISTORY)
// Pub/Sub delivers at least once.
const double = await serving([...history, ...history.slice(3, 9), ...history.slice(-1)])
const store = storeAt(double.origin)
after(() => double.close())

testStore('bigquery', () => Promise.resolve(store))

test('every query was dry-run, bounded, typed and free of values', () => {
  assert.deepEqual(double.complaints, [])
  assert.ok(double.queries.length > 40)
  const runs = double.queries.filter(({ dryRun }) => !dryRun).length
  assert.equal(runs * 2, double.queries.length)
  for (const { maximumBytesBilled } of double.queries) assert.equal(maximumBytesBilled, String(GIB))
})

test('a record comes back byte for byte as it was written', async () => {
  const lines: string[] = []
  for await (const { record } of store.export({})) lines.push(record)
  assert.deepEqual(lines.toSorted(), [...history].sort())
})

test('without a beginning the last days are read alone', async () => {
  const { events } = await storeAt(double.origin, 30).events({}, { limit: 100 })
  assert.equal(events.length, 15)
  const { queryParameters } = double.queries.at(-1) ?? {}
  assert.deepEqual(
    queryParameters?.filter(({ parameterType }) => parameterType.type === 'TIMESTAMP'),
    [
      ['from', NOON - 30 * DAY + 3_600_000],
      ['until', NOON + 3_600_000],
    ].map(([name, value]) => ({
      name,
      parameterType: { type: 'TIMESTAMP' },
      parameterValue: { value: new Date(Number(value)).toISOString() },
    })),
  )
})

test('an event is looked for around the time in its id, and nowhere for an id without one', async () => {
  const [issued] = (await store.events({ jti: 'the-one' }, { limit: 1 })).events
  assert.ok(issued)
  await store.event(issued.id)
  const span = double.queries
    .at(-1)
    ?.queryParameters.filter(({ name }) => ['from', 'until'].includes(name))
    .map(({ parameterValue }) => (Date.parse(parameterValue.value) - issued.time) / 3_600_000)
  assert.deepEqual(span, [-1, 24])
  const asked = double.queries.length
  assert.equal(await store.event("' OR TRUE --"), undefined)
  assert.deepEqual(await store.related('none'), [])
  assert.equal(double.queries.length, asked)
})

test('a query that would read too much is not run', async () => {
  await using dear = await serving(history, { bytes: GIB + 1 })
  await assert.rejects(storeAt(dear.origin).events({}, { limit: 1 }), {
    message: `bigquery: the query would read ${GIB + 1} bytes, ${GIB} are allowed`,
  })
  assert.deepEqual(
    dear.queries.map(({ dryRun }) => dryRun),
    [true],
  )
})

function thrown(error: Error): unknown {
  return [error.message, error.cause]
}

test('errors hold no token, no value and nothing that Google answered', async () => {
  await using denying = await serving(history, { status: 403 })
  assert.deepEqual(
    [
      await storeAt(denying.origin).events({ subject: 'alice' }, { limit: 1 }).catch(thrown),
      await storeAt('http://127.0.0.1:1').accessMap({}).catch(thrown),
    ],
    [
      ['bigquery: status 403', undefined],
      ['bigquery: no answer', undefined],
    ],
  )
})

test('what a flood left without records is in the timeline all the same', async () => {
  const sink = keepingSink()
  const recorder = createRecorder(
    recorderOptions({ sinks: [sink], flood: { burst: 2, perSecond: 0 }, now: () => NOON }),
  )
  for (let i = 0; i < 10; i += 1) await recorder.outcome(aTrail(), 400, new Refusal('alg'))
  await recorder.close()
  await using flooded = await serving(sink.records.map(({ line }) => line))
  const { buckets } = await storeAt(flooded.origin).timeline(
    { from: NOON, until: NOON + 60_000 },
    1,
    NOON,
  )
  assert.partialDeepStrictEqual(buckets, [
    { refused: 2, suppressed: 8, reasons: [{ reason: 'alg', count: 10 }] },
  ])
  assert.deepEqual(flooded.complaints, [])
})

test('policy loads and failures are told', async () => {
  const sink = keepingSink()
  const recorder = createRecorder(recorderOptions({ sinks: [sink], now: () => NOON }))
  await recorder.policy({ digest: 'sha256:1', loaded: true, problems: 0 })
  await recorder.policy({ digest: 'sha256:1', loaded: false, problems: 2 })
  await recorder.close()
  await using loaded = await serving(sink.records.map(({ line }) => line))
  assert.partialDeepStrictEqual(await storeAt(loaded.origin).policyHistory(), [
    { digest: 'sha256:1', loads: 1, failures: 1, issued: 0 },
  ])
})

test('names of tables are read, and nothing that could be more than a name', () => {
  assert.deepEqual(parseTableName('example.com:old-project.audit.deliveries'), {
    project: 'example.com:old-project',
    dataset: 'audit',
    table: 'deliveries',
  })
  const wrong = [
    '',
    'audit.deliveries',
    'acme-audit.audit',
    'acme-audit.a.b.c',
    'acme-audit.a.b`--',
  ]
  for (const name of [...wrong, 'acme-audit.a.b c', 'ACME-AUDIT.a.b', 'acme-audit..b']) {
    assert.throws(() => parseTableName(name), /must be named PROJECT\.DATASET\.TABLE/)
  }
})
