import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openAuditKey } from '../../../shared/audit/key.ts'
import { sqliteSink } from '../../../shared/audit/sinks/sqlite.ts'
import { findToken } from '../../../shared/audit/store/find-token.ts'
import { openSqliteStore } from '../../../shared/audit/store/sqlite/sqlite-store.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { AUDIT_KEY } from '../../support/audit.ts'
import { NOON, recordHistory } from '../../support/audit-history.ts'
import { scratch } from '../../support/scratch.ts'

const path = scratch()('store.sqlite', '')
const LEAKED = 'head.body.leaked'
await recordHistory([{ at: NOON, token: LEAKED }, { at: NOON + 1000 }], sqliteSink(path))
const store = openSqliteStore(path)
after(() => store.close())
const key = openAuditKey(AUDIT_KEY)
const other = openAuditKey('another key of sixteen bytes or more')

const find = (pasted: string) => findToken(new Secret('pasted token', pasted), store, key)

const PASTED: readonly (readonly [claim: string, text: string])[] = [
  ['alone', LEAKED],
  ['between white space', `\n  ${LEAKED} \t\n`],
  ['as a header', `Authorization: Bearer ${LEAKED}`],
  ['as a header of HTTP/2', `authorization:bearer ${LEAKED}\n`],
  ['as the header of a command', `curl -H 'Authorization: Bearer ${LEAKED}' https://a.example`],
  ['with its scheme', `Bearer ${LEAKED}`],
  ['in quotation marks', `"${LEAKED}"`],
  ['in apostrophes, as the line of a list', `'${LEAKED}',`],
  ['in two lines', LEAKED.replace('.leaked', '.le\n  aked')],
]

for (const [claim, text] of PASTED) {
  test(`a token that is pasted ${claim} is found`, async () => {
    const { presented, issued } = await find(text)
    assert.deepEqual([presented.map(({ kind }) => kind), issued], [['intent', 'issued'], []])
  })
}

test('an issued token is found as a header as well', async () => {
  const { issued } = await find(`Authorization: Bearer ya29.minted.${NOON}`)
  assert.deepEqual(
    issued.map(({ kind }) => kind),
    ['issued'],
  )
})

test('where nothing is found, a key that is not the one of the records is told', async () => {
  const token = new Secret('pasted token', LEAKED)
  assert.deepEqual(await findToken(token, store, other), {
    issued: [],
    presented: [],
    otherKey: key.id,
  })
  assert.equal((await find('ya29.somebody-else')).otherKey, undefined)
})
