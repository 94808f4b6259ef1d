import { z } from 'zod'
import { Refusal } from '../domain/refusal.ts'
import type { AccessBoundary } from '../domain/token-request.ts'
import { parseRequestJson } from './request-json.ts'

const text = z.string().min(1).max(2048)

/** A credential access boundary as Google's STS takes it: at most 10 rules. */
const AccessBoundaryShape = z.strictObject({
  accessBoundaryRules: z
    .array(
      z.strictObject({
        availableResource: text,
        availablePermissions: z.array(text).min(1).max(100),
        availabilityCondition: z
          .strictObject({
            expression: text,
            title: text.optional(),
            description: text.optional(),
            location: text.optional(),
          })
          .optional(),
      }),
    )
    .min(1)
    .max(10),
})

/** Google's `options`; an unknown one might narrow the token, so it is not ignored. */
const OptionsShape = z.strictObject({
  userProject: z.string().optional(),
  accessBoundary: AccessBoundaryShape.optional(),
})

const BOUNDS = { maxDepth: 8, maxMembers: 128, maxItems: 128 }

/**
 * The access boundary in Google's `options`: JSON as text, as it is or percent-encoded once more, as
 * Python's client sends it. `userProject` is ignored. Throws `Refusal` `request`.
 */
export function accessBoundaryOf(options: string | undefined): AccessBoundary | undefined {
  if (options === undefined) return undefined
  const json = options.trimStart().startsWith('{') ? options : percentDecoded(options)
  const parsed = OptionsShape.safeParse(parseRequestJson(Buffer.from(json), BOUNDS))
  if (!parsed.success) throw new Refusal('request', { detail: 'options has an unknown form' })
  return parsed.data.accessBoundary
}

function percentDecoded(options: string): string {
  try {
    return decodeURIComponent(options)
  } catch {
    throw new Refusal('request', { detail: 'options is not percent-encoded JSON' })
  }
}
