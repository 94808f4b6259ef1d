import { z } from 'zod'

/** A JSON body of this shape (an empty one is `{}`), or what is wrong with it. */
export function bodyOf<T>(
  shape: z.ZodType<T>,
  body: string,
): { readonly value: T } | { readonly problem: string } {
  let given: unknown
  try {
    given = body === '' ? {} : JSON.parse(body)
  } catch {
    return { problem: 'the body is not JSON' }
  }
  const result = shape.safeParse(given)
  return result.success ? { value: result.data } : { problem: z.prettifyError(result.error) }
}
