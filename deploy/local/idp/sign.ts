import { randomUUID } from 'node:crypto'
import { CompactSign } from 'jose'
import type { Claims } from '../../../shared/domain/claims.ts'
import type { SigningKey } from './key-ring.ts'
import { SHAPES, type ShapeName } from './shapes/shapes.ts'

/** What token is wanted; everything may be left out. */
export interface TokenOrder {
  readonly shape?: ShapeName | undefined
  /** A name of its own under this provider: the issuer is then `URL/realms/REALM`. */
  readonly realm?: string | undefined
  readonly audience?: string | readonly string[] | undefined
  /** Seconds from `iat` to `exp`; may be negative. */
  readonly lifetime?: number | undefined
  /** Put over the shape's, registered ones (`iss`, `exp`, ...) included. */
  readonly claims?: Claims | undefined
  /** Claims that are left out altogether. */
  readonly without?: readonly string[] | undefined
  /** Put over `alg`, `kid` and `typ`, null leaves one out; `alg` must fit the key. */
  readonly header?: Claims | undefined
}

/**
 * Signs a token (RFC 7515 section 3.1, compact form) of the order's shape. `issuer` is the one that
 * the order's realm stands for; `now` is in milliseconds.
 */
export async function signToken(
  order: TokenOrder,
  key: SigningKey,
  issuer: string,
  now: number,
): Promise<string> {
  const shape = SHAPES[order.shape ?? 'plain']
  const issuedAt = Math.floor(now / 1000)
  const given = order.claims ?? {}
  const claims = new Map<string, unknown>(
    Object.entries({
      ...shape.claims(given, randomUUID()),
      iss: issuer,
      aud: order.audience ?? shape.audience,
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + (order.lifetime ?? shape.lifetime),
      ...given,
    }),
  )
  for (const name of order.without ?? []) claims.delete(name)
  const payload = Buffer.from(JSON.stringify(Object.fromEntries(claims)))
  const header = Object.entries({ kid: key.kid, typ: 'JWT', ...order.header })
  return new CompactSign(payload)
    .setProtectedHeader({
      alg: key.algorithm,
      ...Object.fromEntries(header.filter(([, value]) => value !== null)),
    })
    .sign(key.privateKey)
}
