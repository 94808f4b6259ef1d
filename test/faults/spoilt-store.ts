import { DatabaseSync } from 'node:sqlite'

/** Milliseconds that this process waits for its turn to write. */
const PATIENCE = 5000

/** Makes a SQLite store refuse every record, as a full disk does; gives what makes it well again. */
export function refuseRecords(path: string): () => void {
  const change = (sql: string): void => {
    const db = new DatabaseSync(path, { timeout: PATIENCE })
    db.exec(sql)
    db.close()
  }
  change(`CREATE TRIGGER refuse BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'full'); END`)
  return () => change('DROP TRIGGER refuse')
}

/** Keeps a SQLite store from being written to, as a stalled disk does; gives what lets it go. */
export function stallStore(path: string): () => void {
  const db = new DatabaseSync(path, { timeout: PATIENCE })
  db.exec('BEGIN IMMEDIATE')
  return () => {
    db.exec('ROLLBACK')
    db.close()
  }
}
