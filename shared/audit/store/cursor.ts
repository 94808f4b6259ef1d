import { LATEST_MOMENT } from './latest-moment.ts'
import { BadCursor } from './store.ts'

/** Where a page ended: the time of its last event, and a second key among events of one time. */
export interface Position {
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly key: string
}

/** A position as the opaque cursor of a link. */
export function cursorOf({ time, key }: Position): string {
  return Buffer.from(`${time}.${key}`).toString('base64url')
}

/** The position of a cursor. Throws `BadCursor` for anything that {@link cursorOf} does not make. */
export function positionOf(cursor: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const [, time, key] = /^(\d{1,15})\.([\w-]{1,64})$/.exec(text) ?? []
  if (time === undefined || key === undefined || Number(time) > LATEST_MOMENT) {
    throw new BadCursor('the cursor is not one of ours')
  }
  return { time: Number(time), key }
}
