import { randomUUID } from 'node:crypto'

/**
 * A UUIDv7 (RFC 9562 section 5.7): sorts by `now`, milliseconds since the epoch, with 74 random
 * bits after it.
 */
export function uuidv7(now: number): string {
  const time = now.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
