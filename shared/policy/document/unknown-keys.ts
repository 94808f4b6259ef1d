import { z } from 'zod'
import { didYouMean } from '../closest.ts'

/**
 * `unknown key "isuer", did you mean "issuer"?`. `path` leads from `schema` to the mapping that holds
 * the key.
 */
export function unknownKey(schema: z.ZodType, path: readonly PropertyKey[], key: string): string {
  return `unknown key "${key}"${didYouMean(key, keysAt(schema, path))}`
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
