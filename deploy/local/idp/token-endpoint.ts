import { z } from 'zod'
import type { Claims, ClaimValue } from '../../../shared/domain/claims.ts'
import { bodyOf } from '../loopback/body.ts'
import { json, type Route } from '../loopback/route.ts'
import type { KeyRing } from './key-ring.ts'
import { SHAPE_NAMES } from './shapes/shapes.ts'
import type { TokenOrder } from './sign.ts'

const claimValue: z.ZodType<ClaimValue> = z.json()
const claims: z.ZodType<Claims> = z.record(z.string(), claimValue)

const tokenOrder: z.ZodType<TokenOrder> = z.strictObject({
  shape: z.enum(SHAPE_NAMES).optional(),
  realm: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .optional(),
  audience: z.union([z.string(), z.array(z.string())]).optional(),
  lifetime: z.number().int().optional(),
  claims: claims.optional(),
  without: z.array(z.string()).optional(),
  header: claims.optional(),
})

const rotationOrder = z.strictObject({ how: z.enum(['publish-ahead', 'rolling', 'abrupt']) })

/**
 * `POST /tokens {shape?, realm?, claims?, without?, header?, lifetime?, audience?} -> {token}` gives
 * a signed token with any claims; `GET /tokens` says what may be asked for. `POST /keys/rotate
 * {how} -> {kid}` changes keys. Nothing here asks who is asking: the provider is for loopback.
 */
export function orderEndpoints(
  sign: (order: TokenOrder) => Promise<string>,
  keys: KeyRing,
): readonly Route[] {
  return [
    {
      name: 'tokens',
      method: 'POST',
      path: /^\/tokens$/,
      answer: async ({ body }) => {
        const order = bodyOf(tokenOrder, body)
        if ('problem' in order) return json(400, { error: order.problem })
        try {
          return json(200, { token: await sign(order.value) })
        } catch (error) {
          return json(400, { error: error instanceof Error ? error.message : String(error) })
        }
      },
    },
    {
      name: 'tokens',
      method: 'GET',
      path: /^\/tokens$/,
      answer: () => json(200, z.toJSONSchema(tokenOrder)),
    },
    {
      name: 'rotate',
      method: 'POST',
      path: /^\/keys\/rotate$/,
      answer: async ({ body }) => {
        const order = bodyOf(rotationOrder, body)
        if ('problem' in order) return json(400, { error: order.problem })
        return json(200, { kid: (await keys.rotate(order.value.how)).kid })
      },
    },
  ]
}
