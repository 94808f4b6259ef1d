import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fill } from '../../deploy/local/seed/fill.ts'
import { openAuditKey } from '../../shared/audit/key.ts'
import { AUDIT_KEY, keepingSink } from '../support/audit.ts'
import { DAY, linesOf, MINUTE, NOON, type Happening } from '../support/audit-history.ts'
import { bureau } from '../support/cli.ts'
import { auditedStore, detect, DETECTIONS, parametersOf, sqlOf } from '../support/detections.ts'
import { FROM, PLAIN, PLANTED } from './planted.ts'

const VALUES = {
  since: NOON - 21 * DAY,
  from: FROM,
  until: NOON,
  until_ms: NOON,
  settled: NOON + 10 * MINUTE,
  stretch_ms: DAY,
  stretches: 20,
  deviations: 5,
  least: 50,
  addresses: 2,
  refused: 3,
  gap_ms: 14 * DAY,
  few: 20,
  oldest: 7200,
}
const BURST = { ...VALUES, stretch_ms: 10 * MINUTE, least: 20 }

function valuesOf(name: string): typeof VALUES {
  return name === 'denial-burst' ? BURST : VALUES
}

async function historyWith(more: readonly Happening[]): Promise<DatabaseSync> {
  return auditedStore(await linesOf([...PLAIN, ...more].sort((a, b) => a.at - b.at)))
}

const seeded = keepingSink()
await fill(seeded, {
  records: 12_000,
  until: NOON,
  key: openAuditKey(AUDIT_KEY),
  version: '0.1.0',
  onProgress: () => {},
})
const CLEAN: readonly (readonly [what: string, db: DatabaseSync])[] = [
  ['three plain weeks', await historyWith([])],
  ['seeded records', auditedStore(seeded.records.map(({ line }) => line))],
]

test('tables.sql is what `bureau audit tables` prints', async () => {
  const file = new URL('../../deploy/gcp/audit/tables.sql', import.meta.url)
  const [, , ...lines] = (await readFile(file, 'utf8')).split('\n')
  assert.equal(lines.join('\n'), (await bureau('audit', 'tables')).stdout)
})

test('there are ten detections, and each has something planted for it', () => {
  assert.equal(DETECTIONS.length, 10)
  assert.deepEqual(DETECTIONS, Object.keys(PLANTED).sort())
})

for (const name of DETECTIONS) {
  test(`${name} says what it finds, how to act, and its parameters`, () => {
    const sql = sqlOf(name)
    const header = sql.slice(0, sql.search(/^[^-]/m)).replace(/\n--\s*/g, ' ')
    assert.match(header, /^-- Finds: .+ Act: .+ Parameters: .+/)
    const named = [...header.matchAll(/(\w+) (?:TIMESTAMP|INT64|FLOAT64)/g)]
    assert.deepEqual(named.map(([, parameter = '']) => parameter).sort(), parametersOf(sql))
    assert.match(sql, /event_time >= @\w+ AND (?:\w\.)?event_time < @\w+/)
  })

  for (const [what, db] of CLEAN) {
    test(`${name} finds nothing in ${what}`, () => {
      assert.deepEqual(detect(db, name, valuesOf(name)), [])
    })
  }

  test(`${name} finds what was planted, and nothing else`, async () => {
    const { happenings = [], afterwards, found } = PLANTED[name] ?? { found: [] }
    const db = await historyWith(happenings)
    afterwards?.(db)
    const rows = detect(db, name, valuesOf(name))
    assert.equal(rows.length, found.length, JSON.stringify(rows))
    assert.partialDeepStrictEqual(rows, found)
    db.close()
  })
}
