import type { DatabaseSync } from 'node:sqlite'
import { COLUMNS } from '../columns.ts'
import { column, rowOf, type Row } from '../row.ts'

/** Inserts records, given as their lines, in one transaction. Throws what SQLite throws. */
export type InsertBatch = (lines: readonly string[]) => void

interface Tally {
  readonly keys: readonly (string | number)[]
  n: number
  first: number
  last: number
  id: string
}

/** Prepares the statements; the counts by minute and by use grow in the same transaction. */
export function prepareInsert(db: DatabaseSync): InsertBatch {
  const marks = COLUMNS.map(() => '?').join(', ')
  const insertRecord = db.prepare('INSERT INTO records (record) VALUES (?)')
  const insertEntry = db.prepare(`INSERT INTO entries VALUES (?, ${marks})`)
  const countMinute = db.prepare(
    `INSERT INTO minutes VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET n = n + excluded.n`,
  )
  const countUse = db.prepare(
    `INSERT INTO uses (issuer, subject, account, n, first_ms, last_ms, last_id)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET n = n + excluded.n, first_ms = min(first_ms, excluded.first_ms),
       last_ms = max(last_ms, excluded.last_ms),
       last_id = iif(excluded.last_ms >= last_ms, excluded.last_id, last_id)`,
  )

  const insert = (lines: readonly string[]): void => {
    const minutes = new Map<string, Tally>()
    const uses = new Map<string, Tally>()
    for (const line of lines) {
      const row = rowOf(line)
      const { lastInsertRowid } = insertRecord.run(line)
      insertEntry.run(lastInsertRowid, ...row)
      tally(minutes, minuteOf(row), row)
      if (column(row, 'kind') === 'issued') tally(uses, useOf(row), row)
    }
    for (const { keys, n } of minutes.values()) countMinute.run(...keys, n)
    for (const { keys, n, first, last, id } of uses.values()) {
      countUse.run(...keys, n, first, last, id)
    }
  }

  return (lines) => {
    db.exec('BEGIN IMMEDIATE')
    try {
      insert(lines)
      db.exec('COMMIT')
    } catch (error) {
      // A full disk may have rolled the transaction back already.
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}

function minuteOf(row: Row): (string | number)[] {
  const minute = Math.floor(Number(column(row, 'time_ms')) / 60_000)
  return [
    minute,
    column(row, 'kind') ?? '',
    column(row, 'reason') ?? '',
    column(row, 'status') ?? 0,
  ]
}

function useOf(row: Row): (string | number)[] {
  return ['issuer', 'subject', 'account'].map((name) => column(row, name) ?? '')
}

function tally(tallies: Map<string, Tally>, keys: readonly (string | number)[], row: Row): void {
  const at = Number(column(row, 'time_ms'))
  const id = String(column(row, 'id'))
  const key = keys.join('\n')
  const known = tallies.get(key)
  if (known === undefined) {
    tallies.set(key, { keys, n: 1, first: at, last: at, id })
    return
  }
  known.n += 1
  known.first = Math.min(known.first, at)
  if (at >= known.last) {
    known.last = at
    known.id = id
  }
}
