import { Refusal } from '../domain/refusal.ts'
import { connectRedis, redisTrouble } from './redis-connection.ts'
import { redisHits } from './redis-hits.ts'
import { markBeginning, reserveInRedis } from './redis-reservations.ts'
import type { SharedState, StateOptions } from './shared-state.ts'

/**
 * State that instances share in one Redis server, `redis://HOST:PORT`. The server must run with
 * `maxmemory-policy noeviction`: a single reservation that it forgets can be taken again. That it
 * lost everything is noticed. Where it is down or slow, every call throws `Refusal`
 * `state_unavailable`, at once or after 500 ms.
 */
export async function redisState(
  url: string,
  { now, onTrouble }: StateOptions,
): Promise<SharedState> {
  const redis = await connectRedis(url, {
    onTrouble,
    greeting: () => markBeginning(named('began'), now),
  })
  return {
    store: {
      async reserve(key, ttl, madeAt) {
        const keys = { key: named(key), began: named('began') }
        const terms = { seconds: seconds(ttl), madeAt, now: now() }
        return orRefuse(reserveInRedis(redis, keys, terms))
      },
      async put(key, value, ttl) {
        await orRefuse(redis.send('SET', named(key), value, 'EX', seconds(ttl)))
      },
      async get(key) {
        const value = await orRefuse(redis.send('GET', named(key)))
        return typeof value === 'string' ? value : undefined
      },
    },
    hits: (prefix) => redisHits(redis, named(`${prefix}:`)),
    reachable: () =>
      redis.send('PING').then(
        (pong) => pong === 'PONG',
        () => false,
      ),
    close: async () => redis.close(),
  }
}

async function orRefuse<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply
  } catch (cause) {
    throw new Refusal('state_unavailable', { detail: redisTrouble(cause), cause })
  }
}

function named(key: string): string {
  return `bureau:${key}`
}

function seconds(ttl: number): string {
  return String(Math.max(1, Math.ceil(ttl)))
}
