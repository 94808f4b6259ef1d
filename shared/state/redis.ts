import { Refusal } from '../domain/refusal.ts'
import { connectRedis, inTime, redisTrouble, type RedisConnection } from './redis-connection.ts'
import { redisHits } from './redis-hits.ts'
import type { SharedState, StateOptions } from './shared-state.ts'

/**
 * State that instances share in one Redis server, `redis://HOST:PORT`. The server must run with
 * `maxmemory-policy noeviction`: a reservation that it forgets can be taken again. Where it is down
 * or slow, every call throws `Refusal` `state_unavailable`, at once or after 500 ms.
 */
export async function redisState(
  url: string,
  options: Pick<StateOptions, 'onTrouble'>,
): Promise<SharedState> {
  const redis = await connectRedis(url, options.onTrouble)
  return {
    store: {
      reserve: (key, ttl) => reserve(redis, named(key), seconds(ttl)),
      async release(key) {
        await orRefuse(redis.send('DEL', named(key)))
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

async function reserve(redis: RedisConnection, key: string, ttl: string): Promise<boolean> {
  const reply = redis.sendPatiently('SET', key, '1', 'NX', 'EX', ttl)
  try {
    return (await orRefuse(inTime(reply))) === 'OK'
  } catch (error) {
    // What is taken after its request was refused must not block the caller's next try.
    void reply.then((taken) => (taken === 'OK' ? redis.send('DEL', key) : taken)).catch(() => {})
    throw error
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
