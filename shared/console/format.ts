const COUNT = new Intl.NumberFormat('en')

/** `12,345` */
export function count(number: number): string {
  return COUNT.format(number)
}

/** `12.3%` of a whole; an en dash of nothing. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (part / whole) * 100
  return `${percent >= 10 || percent === 0 ? Math.round(percent) : percent.toFixed(1)}%`
}

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const

/** Seconds for a reader, in the two largest units: `1 h 5 min`. */
export function duration(seconds: number): string {
  let left = Math.max(0, Math.round(seconds))
  const parts: string[] = []
  for (const [size, unit] of UNITS) {
    if (parts.length === 2) break
    const number = Math.floor(left / size)
    if (number > 0) parts.push(`${number} ${unit}`)
    else if (parts.length > 0) break
    left -= number * size
  }
  return parts.join(' ') || '0 s'
}

/** Seconds for a reader who wants to know roughly: days alone, minutes without their seconds. */
export function roughly(seconds: number): string {
  if (seconds >= 2 * 86_400) return `${Math.floor(seconds / 86_400)} d`
  return duration(seconds >= 120 ? Math.floor(seconds / 60) * 60 : seconds)
}

/** Milliseconds since the epoch as `2026-01-31 12:34:56`, UTC. */
export function moment(ms: number): string {
  // The largest time that a Date can be: whatever a record holds must not break a page.
  return new Date(Math.min(ms, 8.64e15)).toISOString().slice(0, 19).replace('T', ' ')
}

/** Bytes of a digest or an id that are enough to tell it from others at a glance. */
export function shortened(digest: string, length = 12): string {
  const bare = digest.replace(/^sha256:/, '')
  return bare.length <= length ? bare : `${bare.slice(0, length)}…`
}
