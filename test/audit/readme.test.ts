import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COLUMNS } from '../../shared/audit/store/columns.ts'

const readme = readFileSync(new URL('../../shared/audit/README.md', import.meta.url), 'utf8')

test('the page names every column and where a record holds it', () => {
  const rows = [...readme.matchAll(/^\| `([a-z_]+)` +\| `([\w.]+)` +\|$/gm)]
  assert.deepEqual(
    rows.map(([, name, path]) => [name, path]),
    COLUMNS.map(({ name, path }) => [name, path.join('.')]),
  )
})
