import { z } from 'zod'

const seconds = z.number().min(0).max(3600)
const bytes = z.number().int().min(0).max(1_073_741_824)

/** How often a fault strikes. */
const strikes = {
  /** Gone after so many strikes; left out: stays until it is cleared. */
  times: z.number().int().positive().optional(),
  /** The share of requests that it strikes, 0 to 1, drawn from `seed`; left out: every one. */
  rate: z.number().min(0).max(1).optional(),
  seed: z.number().int().optional(),
}

/**
 * What can go wrong at an endpoint. In the first group the endpoint does nothing (no token is
 * minted) and the fault answers; in the second it does its work and the answer is spoilt.
 */
export const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    ...strikes,
    kind: z.literal('status'),
    status: z.number().int().min(200).max(599),
    /** The value of a `Retry-After` header. */
    retryAfter: z.union([z.string(), z.number()]).optional(),
    /** Left out: the body that the double's service gives with this status. */
    body: z.unknown().optional(),
  }),
  z.strictObject({ ...strikes, kind: z.literal('hang') }),
  z.strictObject({
    ...strikes,
    kind: z.literal('redirect'),
    location: z.string(),
    status: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]).default(302),
  }),
  z.strictObject({ ...strikes, kind: z.literal('html') }),
  z.strictObject({ ...strikes, kind: z.literal('empty-object') }),
  z.strictObject({ ...strikes, kind: z.literal('oversized'), bytes: bytes.default(20_971_520) }),
  z.strictObject({ ...strikes, kind: z.literal('endless') }),
  z.strictObject({ ...strikes, kind: z.literal('gzip-bomb'), bytes: bytes.default(268_435_456) }),

  z.strictObject({ ...strikes, kind: z.literal('slow'), seconds }),
  z.strictObject({ ...strikes, kind: z.literal('trickle'), secondsPerByte: seconds.default(1) }),
  z.strictObject({ ...strikes, kind: z.literal('reset') }),
  z.strictObject({ ...strikes, kind: z.literal('truncated') }),
  /** Fields put over those of the JSON answer, as `{"expires_in": "3599"}` or `{"keys": []}`. */
  z.strictObject({
    ...strikes,
    kind: z.literal('replace'),
    fields: z.record(z.string(), z.unknown()),
  }),
  /** Moves a time in the answer (RFC 3339, or a number of seconds) by so many seconds. */
  z.strictObject({
    ...strikes,
    kind: z.literal('shift'),
    field: z.string(),
    seconds: z.number().int(),
  }),
])

/** A fault as it strikes. */
export type Fault = z.output<typeof fault>
/** A fault as a test sets it. */
export type FaultSetting = z.input<typeof fault>

/** The fault switches of one double. Endpoints go by their route's name; `*` is all of them. */
export interface FaultSwitches {
  /** Replaces what was set for the endpoint; the first one that strikes wins. Throws `ZodError`. */
  set(endpoint: string, ...faults: readonly FaultSetting[]): void
  /** Without an endpoint: everything, latency included. */
  clear(endpoint?: string): void
  /** Seconds added to every answer. */
  latency: number
  /** Whether a fault strikes this request, and which. */
  next(endpoint: string): Fault | undefined
  list(): Readonly<Record<string, readonly Fault[]>>
}

interface Armed {
  readonly fault: Fault
  left: number
  readonly draw: () => number
}

/** Fault switches, all off. */
export function createFaults(): FaultSwitches {
  const armed = new Map<string, Armed[]>()
  return {
    latency: 0,
    set(endpoint, ...settings) {
      const parsed = settings.map((setting) => fault.parse(setting))
      armed.set(
        endpoint,
        parsed.map((each) => ({
          fault: each,
          left: each.times ?? Infinity,
          draw: seededDraw(each.seed ?? 1),
        })),
      )
    },
    clear(endpoint) {
      if (endpoint !== undefined) armed.delete(endpoint)
      else {
        armed.clear()
        this.latency = 0
      }
    },
    next(endpoint) {
      for (const each of [...(armed.get(endpoint) ?? []), ...(armed.get('*') ?? [])]) {
        if (each.left <= 0 || each.draw() >= (each.fault.rate ?? 1)) continue
        each.left -= 1
        return each.fault
      }
      return undefined
    },
    list: () =>
      Object.fromEntries(
        [...armed].map(([endpoint, each]) => [
          endpoint,
          each.filter(({ left }) => left > 0).map((one) => one.fault),
        ]),
      ),
  }
}

/** Numbers from 0 to 1, the same for the same seed: a linear congruential generator modulo 2^32. */
function seededDraw(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}
