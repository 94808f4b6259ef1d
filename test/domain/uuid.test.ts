import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeOfUuidv7, uuidv7 } from '../../shared/domain/uuid.ts'

test('a UUIDv7 has version 7, the RFC variant and the time in front', () => {
  const at = 0x019_0a1b_2c3d
  const id = uuidv7(at)
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), at)
  assert.equal(timeOfUuidv7(id), at)
})

test('UUIDs of one millisecond differ, and of a later one sort after', () => {
  const ids = Array.from({ length: 1000 }, () => uuidv7(1_750_000_000_000))
  assert.equal(new Set(ids).size, 1000)
  assert.ok(ids.every((id) => id < uuidv7(1_750_000_000_001)))
})

test('what is no UUIDv7 has no time', () => {
  const id = uuidv7(1_750_000_000_000)
  const version4 = `${id.slice(0, 14)}4${id.slice(15)}`
  for (const text of ['', version4, id.toUpperCase(), `${id}0`, ` ${id}`]) {
    assert.equal(timeOfUuidv7(text), undefined, text)
  }
})
