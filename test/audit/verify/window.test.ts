import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAuditKey } from '../../../shared/audit/key.ts'
import { createBigQueryStore } from '../../../shared/audit/store/bigquery/bigquery-store.ts'
import { parseTableName } from '../../../shared/audit/store/bigquery/table-name.ts'
import type { FindingKind } from '../../../shared/audit/verify/finding.ts'
import type { VerifyOptions } from '../../../shared/audit/verify/options.ts'
import { verifyWindow } from '../../../shared/audit/verify/window.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { AUDIT_KEY } from '../../support/audit.ts'
import { DAY, HOUR, linesOf, MINUTE, NOON } from '../../support/audit-history.ts'
import { bigQueryDouble } from '../../support/bigquery-double.ts'
import { forged } from '../../support/forgery.ts'

const TABLE = 'acme-audit.audit.deliveries'
const TOKEN = 'ya29.reads-the-audit'
const SINCE = NOON - 3 * DAY
const publicKey = openAuditKey(AUDIT_KEY).signer?.publicKey

/** One that began before the window, one within it, and one that still runs. */
const old = await linesOf([{ at: SINCE - DAY }, { at: SINCE - HOUR }, { at: SINCE + HOUR }])
const young = await linesOf([-50, -26, -25, -2].map((hours) => ({ at: NOON + hours * HOUR })))
const open = await linesOf(
  [{ at: NOON - 5.5 * MINUTE }, { at: NOON - MINUTE, orphaned: true }],
  false,
)
const LOG = [...old, ...young, ...open]

/** Verifies what a table holds; tells what it was asked, and the complaints about that. */
async function verify(lines: readonly string[], options: Pick<VerifyOptions, 'heads'> = {}) {
  await using double = await bigQueryDouble(lines, { table: TABLE, token: TOKEN })
  const store = createBigQueryStore({
    project: 'acme-audit',
    table: parseTableName(TABLE),
    endpoint: double.origin,
    accessToken: () => Promise.resolve(new Secret('access token', TOKEN)),
    fetch,
    maximumBytes: 1024 ** 3,
    now: () => NOON,
    lookback: 30,
    history: 400,
  })
  const all = { publicKey, live: true, now: NOON, ...options }
  const report = await verifyWindow(store, SINCE, all, () => undefined)
  assert.deepEqual(double.complaints, [])
  return { report, asked: double.queries.filter(({ dryRun }) => !dryRun) }
}

test('a table verifies from a moment on, chains that began before it included', async () => {
  const { report } = await verify(LOG)
  assert.deepEqual(report.findings, [])
  assert.deepEqual([report.ok, report.since], [true, SINCE])
  assert.deepEqual(
    report.chains.map(({ first, closed }) => [first, closed]),
    [
      [5, true],
      [0, true],
      [0, false],
    ],
  )
})

test('copies that Pub/Sub delivered are no finding', async () => {
  const { report } = await verify([...LOG, ...young.slice(2, 5), ...open])
  assert.deepEqual([report.ok, report.duplicates], [true, 3 + 3])
})

test('each day is a query of its own, within its bounds, and what is on its way is not read, but for the edges', async () => {
  const { asked } = await verify(LOG)
  const bounds = asked.map(({ queryParameters }) =>
    queryParameters.map(({ parameterValue }) => parameterValue.value.slice(5, 16)),
  )
  assert.deepEqual(bounds, [
    ['05-30T11:58', '05-31T00:00'],
    ['05-31T00:00', '06-01T00:00'],
    ['06-01T00:00', '06-02T00:00'],
    ['06-02T00:00', '06-02T11:57'],
  ])
})

/** A clock that is set back by so much, 10 ms after `edge`, and goes on from there. */
const setBack = (edge: number, by: number) =>
  linesOf(
    [-HOUR, -1000, 10, 10 - by, 200 - by, 1000].map((ms) => ({ at: edge + ms })),
    false,
  )

for (const [where, edge] of [
  ['the beginning', SINCE],
  ['the end', NOON - 5 * MINUTE],
  ['what is read at the beginning', SINCE - 2 * MINUTE],
  ['what is read at the end', NOON - 3 * MINUTE],
] as const) {
  for (const by of [50, 500]) {
    test(`a clock set back by ${by} ms across the edge of ${where} is no gap`, async () => {
      const { report } = await verify([...LOG, ...(await setBack(edge, by))])
      assert.deepEqual(report.counts, {}, JSON.stringify(report.findings))
    })
  }
}

const without = (gone: readonly (string | undefined)[]) => LOG.filter((l) => !gone.includes(l))
const replaced = (line: string | undefined, ...by: readonly string[]) =>
  LOG.flatMap((l) => (l === line ? by : l))
const alice = (line: string) => line.replaceAll('alice', 'mallo')
const [, intent = '', issued = ''] = young

const TAMPERING: readonly (readonly [
  claim: string,
  lines: readonly string[],
  kinds: readonly FindingKind[],
])[] = [
  ['an edited record', replaced(issued, alice(issued)), ['edited']],
  ['a copy that was edited', [...LOG, alice(issued)], ['edited']],
  ['a record beside another of its id', [...LOG, forged(issued, alice)], ['forked']],
  ['a deleted outcome', without([issued]), ['gap', 'intent_without_outcome']],
  ['a deleted intent', without([intent]), ['gap', 'issued_without_intent']],
  ['the beginning of a chain that began since', without(young.slice(0, 3)), ['gap']],
  ['a tail of the last minutes cut off', without(open.slice(-2)), []],
  ['a tail of hours cut off', without(young.slice(-5)), ['cut_tail']],
  ['a closing cut off', without(young.slice(-1)), ['cut_tail']],
]

for (const [claim, lines, kinds] of TAMPERING) {
  test(`in a table, ${claim} is ${kinds.length === 0 ? 'not yet to be seen' : 'found'}`, async () => {
    const { report } = await verify(lines)
    assert.deepEqual(Object.keys(report.counts).sort(), kinds, JSON.stringify(report.findings))
  })
}

test('heads of an earlier verification hold a table to what was written since, and to no more', async () => {
  const heads = (await verify(LOG)).report.chains.map(({ lastTime: time, ...head }) => ({
    ...head,
    time,
  }))
  const longAgo = { chain: heads[0]?.chain ?? '', seq: 0, hash: 'f'.repeat(64) }
  const kinds = async (lines: readonly string[]) =>
    (await verify(lines, { heads: [...heads, longAgo] })).report.counts
  assert.deepEqual(await kinds(LOG), {})
  assert.deepEqual(await kinds(without(young)), { cut_tail: 1 })
  assert.deepEqual(await kinds(without(old)), { cut_tail: 1 })
})

test('a dear day is not read, and the verification says so', async () => {
  await using dear = await bigQueryDouble(LOG, { table: TABLE, token: TOKEN, bytes: 11 })
  const store = createBigQueryStore({
    project: 'acme-audit',
    table: parseTableName(TABLE),
    endpoint: dear.origin,
    accessToken: () => Promise.resolve(new Secret('access token', TOKEN)),
    fetch,
    maximumBytes: 10,
    now: () => NOON,
    lookback: 30,
    history: 400,
  })
  await assert.rejects(
    verifyWindow(store, SINCE, { now: NOON }, () => undefined),
    { message: 'bigquery: the query would read 11 bytes, 10 are allowed' },
  )
  assert.equal(dear.queries.length, 1)
})
