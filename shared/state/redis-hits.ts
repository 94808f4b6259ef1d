import { createHash } from 'node:crypto'
import type { Store } from 'express-rate-limit'
import { RedisStore } from 'rate-limit-redis'
import type { RedisConnection } from './redis-connection.ts'

/** Hit counters that instances share, under `prefix`. Rejects while the server is away. */
export function redisHits(redis: Pick<RedisConnection, 'send'>, prefix: string): Store {
  return new RedisStore({
    prefix,
    sendCommand: async (...words) =>
      (await (scriptName(redis, words) ?? redis.send(...words))) ?? 0,
  })
}

/**
 * The library keeps a failure to load its script for ever. A script is named by the SHA-1 of its
 * text, so the name is known even while the server is away; a server that is back says that it
 * lacks the script, and the library loads it then.
 */
function scriptName(
  redis: Pick<RedisConnection, 'send'>,
  words: readonly string[],
): ReturnType<RedisConnection['send']> | undefined {
  const [verb, what, script] = words
  if (verb !== 'SCRIPT' || what !== 'LOAD' || script === undefined) return undefined
  return redis.send(verb, what, script).catch(() => createHash('sha1').update(script).digest('hex'))
}
