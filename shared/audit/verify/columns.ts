import type { DatabaseSync } from 'node:sqlite'
import { COLUMNS } from '../store/columns.ts'
import { rowOf } from '../store/row.ts'
import type { Verifier } from './verifier.ts'

type Found = Pick<Verifier, 'found'>

/** How many rows there are, and the sum of their numbers: two sets that agree in both are one. */
export interface RowSet {
  readonly count: number
  readonly sum: number
}

/**
 * Finds records that a store would not show, and rows that it shows without a record. `records` are
 * those that were read: only where the rows of columns differ from them are they looked for.
 */
export function compareSets(db: DatabaseSync, records: RowSet, verifier: Found): void {
  const rows = db.prepare('SELECT count(*) AS n, sum(seq) AS sum FROM entries').get()
  if (Number(rows?.['n']) === records.count && Number(rows?.['sum'] ?? 0) === records.sum) return
  const hidden = db.prepare('SELECT seq FROM records EXCEPT SELECT seq FROM entries').iterate()
  for (const { seq } of hidden) tell(verifier, Number(seq), 'this record has no row of columns')
  const invented = db.prepare('SELECT seq FROM entries EXCEPT SELECT seq FROM records').iterate()
  for (const { seq } of invented) tell(verifier, Number(seq), 'this row of columns has no record')
}

/** Finds columns that say something else than their record. */
export function compareColumns(db: DatabaseSync, verifier: Found): void {
  const rows = db.prepare('SELECT * FROM entries JOIN records USING (seq) ORDER BY seq').iterate()
  for (const row of rows) {
    const truth = rowIn(String(row['record']))
    const differing = COLUMNS.filter(({ name }, position) => row[name] !== truth?.[position])
    if (differing.length === 0) continue
    const names = differing.map(({ name }) => name).join(', ')
    tell(verifier, Number(row['seq']), `the record says something else of ${names}`)
  }
}

function rowIn(record: string) {
  try {
    return rowOf(record)
  } catch {
    return undefined
  }
}

function tell(verifier: Found, line: number, message: string): void {
  verifier.found({ kind: 'columns', chain: '', seq: 0, line, message })
}
