import { randomUUID } from 'node:crypto'
import type { Reservation } from '../domain/world.ts'
import { inTime, type RedisConnection } from './redis-connection.ts'

/** When the server began to remember, in seconds since the epoch: a key that is lost with the rest. */
const BEGAN = `
local began = redis.call('GET', KEYS[2])
if not began then
  began = ARGV[4]
  redis.call('SET', KEYS[2], began)
end`

/** `EVAL` of this takes KEYS[1] for ARGV[1] for ARGV[2] seconds. */
const RESERVE = `${BEGAN}
if tonumber(ARGV[3]) < tonumber(began) then return 'forgotten' end
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then return 'reserved' end
return 'taken'`

/** `EVAL` of this frees KEYS[1] where ARGV[1] has it. */
const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/**
 * Takes `key` in Redis, for its owner alone to give back: a server that failed over, or a reservation
 * that ran out, may have let somebody else take it since. A server that lost everything (a restart
 * without persistence, the maintenance of a tier without replicas) has lost `began` as well: whatever
 * says that it was made before that is `forgotten`. Rejects after 500 ms, or at once where the server is
 * down.
 */
export async function reserveInRedis(
  redis: Pick<RedisConnection, 'send' | 'sendPatiently'>,
  { key, began }: { readonly key: string; readonly began: string },
  terms: { readonly seconds: string; readonly madeAt: number; readonly now: number },
): Promise<Reservation> {
  const owner = randomUUID()
  const release = async (): Promise<void> => {
    await redis.send('EVAL', RELEASE, '1', key, owner)
  }
  const { seconds, madeAt, now } = terms
  const words = [owner, seconds, String(madeAt), wholeSeconds(now)]
  const reply = redis.sendPatiently('EVAL', RESERVE, '2', key, began, ...words)
  try {
    const said = await inTime(reply)
    return said === 'reserved' ? release : said === 'forgotten' ? 'forgotten' : 'taken'
  } catch (error) {
    // What is taken after its request was refused must not block the caller's next try.
    void reply.then(release).catch(() => {})
    throw error
  }
}

/** The command that has an empty server begin to remember now; any other keeps its beginning. */
export function markBeginning(began: string, now: () => number): readonly string[] {
  return ['SET', began, wholeSeconds(now()), 'NX']
}

function wholeSeconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000))
}
