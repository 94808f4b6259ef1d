/** The JSON of a record; undefined where somebody put something else into the store. */
export function jsonIn(record: string): unknown {
  try {
    return JSON.parse(record)
  } catch {
    return undefined
  }
}
