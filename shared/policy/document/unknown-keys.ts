import { z } from 'zod'

/**
 * `unknown key "isuer", did you mean "issuer"?`. `path` leads from `schema` to the mapping that holds
 * the key.
 */
export function unknownKey(schema: z.ZodType, path: readonly PropertyKey[], key: string): string {
  const near = closest(key, keysAt(schema, path))
  return `unknown key "${key}"${near === undefined ? '' : `, did you mean "${near}"?`}`
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = unwrapped(schema)
  for (const step of path) {
    if (at instanceof z.ZodObject) at = unwrapped(at.shape[String(step)])
    else if (at instanceof z.ZodArray) at = unwrapped(at.element)
    else return []
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.out)
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unwrapped(schema.unwrap())
    : schema
}

/** The known key that two slips of the finger, at most, turn into `key`. */
function closest(key: string, known: readonly string[]): string | undefined {
  const distances = known.map((name) => ({
    name,
    slips: slips(key.toLowerCase(), name.toLowerCase()),
  }))
  const [nearest] = distances.toSorted((a, b) => a.slips - b.slips)
  return nearest !== undefined && nearest.slips <= Math.min(2, key.length / 2)
    ? nearest.name
    : undefined
}

/** Characters to insert, delete or replace (Levenshtein's distance); keys are short. */
function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, character] of a.split('').entries()) {
    const next = [i + 1]
    for (const [j, other] of b.split('').entries()) {
      const replaced = (row[j] ?? 0) + (character === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? Infinity
}
