import assert from 'node:assert/strict'
import type { Reservation } from '../../shared/domain/world.ts'

/** What gives a reservation back; fails where there is none. */
export function released(reservation: Reservation): () => Promise<void> {
  assert.ok(typeof reservation === 'function', `not reserved: ${String(reservation)}`)
  return reservation
}
