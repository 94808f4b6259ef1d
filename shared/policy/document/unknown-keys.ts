import { z } from 'zod'
import { didYouMean } from '../closest.ts'

/**
 * `unknown key "isuer", did you mean "issuer"?`, `unknown key "maxLifetime", it belongs under
 * accessToken`. `path` leads from `schema` to the mapping that holds the key.
 */
export function unknownKey(schema: z.ZodType, path: readonly PropertyKey[], key: string): string {
  const fields = fieldsAt(schema, path)
  const [parent] = Object.entries(fields).find(([, field]) => key in fieldsAt(field, [])) ?? []
  const hint = parent === undefined ? undefined : `, it belongs under ${parent}`
  return `unknown key "${key}"${hint ?? didYouMean(key, Object.keys(fields))}`
}

function fieldsAt(
  schema: unknown,
  path: readonly PropertyKey[],
): Readonly<Record<string, unknown>> {
  let at: unknown = unwrapped(schema)
  for (const step of path) {
    if (at instanceof z.ZodObject) at = unwrapped(at.shape[String(step)])
    else if (at instanceof z.ZodArray) at = unwrapped(at.element)
    else return {}
  }
  return at instanceof z.ZodObject ? at.shape : {}
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.out)
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unwrapped(schema.unwrap())
    : schema
}
