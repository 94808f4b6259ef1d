import { z } from 'zod'
import { bodyOf } from './body.ts'
import { fault, type FaultSwitches } from './faults.ts'
import { json, type Reply, type Route } from './route.ts'

/** How many requests each endpoint had, faults included, and how many connections there were. */
export interface Counters {
  readonly connections: number
  readonly requests: Readonly<Record<string, number>>
}

/**
 * The routes under `/_double/`, which no fault strikes and no counter counts. `endpoints` are the names
 * that faults go by.
 */
export function controlRoutes(
  faults: FaultSwitches,
  endpoints: () => readonly string[],
  counters: () => Counters,
  reset: () => void,
): readonly Route[] {
  return [
    {
      name: '_requests',
      method: 'GET',
      path: /^\/_double\/requests$/,
      answer: () => json(200, counters()),
    },
    {
      name: '_requests',
      method: 'DELETE',
      path: /^\/_double\/requests$/,
      answer: () => {
        reset()
        return { status: 204 }
      },
    },
    {
      name: '_faults',
      method: 'GET',
      path: /^\/_double\/faults$/,
      answer: () => json(200, { latency: faults.latency, faults: faults.list() }),
    },
    {
      name: '_faults',
      method: 'PUT',
      path: /^\/_double\/faults\/(?<endpoint>[^/]+)$/,
      answer: ({ params, body }) =>
        accept(z.union([fault.transform((one) => [one]), z.array(fault)]), body, (set) => {
          const { endpoint = '*' } = params
          const known = ['*', ...new Set(endpoints())]
          if (!known.includes(endpoint)) {
            throw new Error(`there is no endpoint ${endpoint}; there are ${known.join(', ')}`)
          }
          faults.set(endpoint, ...set)
        }),
    },
    {
      name: '_faults',
      method: 'DELETE',
      path: /^\/_double\/faults(?:\/(?<endpoint>[^/]+))?$/,
      answer: ({ params }) => {
        faults.clear(params['endpoint'])
        return { status: 204 }
      },
    },
    {
      name: '_latency',
      method: 'PUT',
      path: /^\/_double\/latency$/,
      answer: ({ body }) =>
        accept(z.strictObject({ seconds: z.number().min(0).max(60) }), body, ({ seconds }) => {
          faults.latency = seconds
        }),
    },
  ]
}

/** Takes a JSON body of this shape; anything else is a 400 that says what is wrong. */
export function accept<T>(shape: z.ZodType<T>, body: string, take: (value: T) => void): Reply {
  const given = bodyOf(shape, body)
  if ('problem' in given) return json(400, { error: given.problem })
  try {
    take(given.value)
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) })
  }
  return { status: 204 }
}
