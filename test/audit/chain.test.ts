import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { canonical } from '../../shared/audit/canonical.ts'
import { NO_HASH, startChain } from '../../shared/audit/chain.ts'

const ID = '018bcfe5-6800-7000-8000-000000000000'

test('the hash is SHA-256 over the record without its hash', () => {
  const line = startChain(ID).bind('{"data":{},"id":"1"}')
  const { chainhash, ...rest } = JSON.parse(line) as Record<string, unknown>
  assert.equal(chainhash, createHash('sha256').update(canonical(rest)).digest('hex'))
})

test('a bound record is canonical', () => {
  const line = startChain(ID).bind('{"data":{},"id":"1"}')
  assert.equal(line, canonical(JSON.parse(line)))
})

test('each record holds its place and the hash of the one before', () => {
  const chain = startChain(ID)
  const records = [1, 2, 3].map(
    (id) => JSON.parse(chain.bind(`{"id":"${id}"}`)) as Record<string, unknown>,
  )
  assert.deepEqual(
    records.map(({ chainid, chainseq }) => [chainid, chainseq]),
    [
      [ID, 0],
      [ID, 1],
      [ID, 2],
    ],
  )
  assert.equal(records[0]?.['chainprev'], NO_HASH)
  assert.equal(records[1]?.['chainprev'], records[0]?.['chainhash'])
  assert.equal(records[2]?.['chainprev'], records[1]?.['chainhash'])
  assert.deepEqual(chain.next(), { seq: 3, previous: records[2]?.['chainhash'] })
})
