import { randomUUID } from 'node:crypto'

/**
 * A UUIDv7 (RFC 9562 section 5.7): sorts by `now`, milliseconds since the epoch, with 74 random
 * bits after it.
 */
export function uuidv7(now: number): string {
  const time = now.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

const UUIDV7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The time of a UUIDv7 in milliseconds since the epoch; undefined for anything else. */
export function timeOfUuidv7(id: string): number | undefined {
  const [, high, low] = UUIDV7.exec(id) ?? []
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16)
}
