const DAY = 86_400_000
/** How much busier than the average the busiest hour is. */
const TIDE = 0.6
/** The quietest hour of a day. */
const LOW = 3 / 24

/** How busy a moment is, 1 on average: quiet at night, busy in the afternoon, UTC. */
export function busyness(at: number): number {
  return 1 - TIDE * Math.cos(angle(at))
}

/** The busyness of a stretch of time, summed up; in milliseconds of an average hour. */
export function busyTime(from: number, until: number): number {
  const swing = Math.sin(angle(until)) - Math.sin(angle(from))
  return until - from - ((TIDE * DAY) / (2 * Math.PI)) * swing
}

function angle(at: number): number {
  return (at / DAY - LOW) * 2 * Math.PI
}
