import type { ServerResponse } from 'node:http'
import { rateLimit, type Store } from 'express-rate-limit'
import { Refusal } from '../domain/refusal.ts'
import type { PrincipalLimit } from '../domain/world.ts'
import { addressKey } from './client-address.ts'

/** The two limits of the bureau. */
export interface RateLimits {
  /**
   * Counts one request of a client address; before its body is read. Adds the `RateLimit` headers
   * to the answer. Throws `Refusal`: `rate_limited`, or `state_unavailable` where the store fails.
   */
  admitAddress(response: ServerResponse, address: string): Promise<void>
  /** Counts one request of a verified principal, likewise, for the request of `response`. */
  principalLimit(response: ServerResponse): PrincipalLimit
}

/** How much is too much, and who counts. */
export interface RateLimitOptions {
  readonly perMinute: number
  /** A store of counters for the limit of that name. */
  readonly hits: (name: string) => Store
}

/** Limits by client address and by principal, `perMinute` requests a minute each. */
export function rateLimits({ perMinute, hits }: RateLimitOptions): RateLimits {
  const byAddress = limiter('address', perMinute, hits('address'))
  const byPrincipal = limiter('principal', perMinute, hits('principal'))
  return {
    admitAddress: (response, address) => byAddress(response, addressKey(address)),
    principalLimit: (response) => ({
      admit: (principal) => byPrincipal(response, principal.name),
    }),
  }
}

type Limiter = (response: ServerResponse, key: string) => Promise<void>
type Middleware = ReturnType<typeof rateLimit>

const LIMITED = Symbol('over the limit')

/**
 * One express-rate-limit, without express: of a request it needs the key, of a response the members
 * with which it writes `RateLimit` and `RateLimit-Policy` (draft 8) and says `Retry-After`.
 */
function limiter(name: string, limit: number, store: Store): Limiter {
  const middleware = rateLimit({
    windowMs: 60_000,
    limit,
    identifier: name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Its checks are about the settings of an express app, and there is none.
    validate: false,
    store,
    keyGenerator: (request) => (request as unknown as { readonly key: string }).key,
    handler: (_request, _response, next) => next(LIMITED),
  })

  return (response, key) =>
    new Promise((resolve, reject) => {
      let retryAfter = 60
      const request = { key } as unknown as Parameters<Middleware>[0]
      const answer = {
        headersSent: response.headersSent,
        append: (header: string, value: string) => response.appendHeader(header, value),
        setHeader: (header: string, value: string) => {
          if (header === 'Retry-After') retryAfter = Number(value)
        },
      } as unknown as Parameters<Middleware>[1]
      const next = (problem?: unknown): void => {
        if (problem === undefined) resolve()
        else if (problem === LIMITED) {
          reject(new Refusal('rate_limited', { detail: name, retryAfter }))
        } else {
          const detail = `limit by ${name}`
          reject(new Refusal('state_unavailable', { detail, cause: problem }))
        }
      }
      void middleware(request, answer, next)
    })
}
