import { memoryState } from './memory.ts'
import type { SharedState, StateOptions } from './shared-state.ts'

/**
 * Opens what `STATE_STORE` names: `memory`, or `redis://HOST:PORT`. The client of Redis is loaded
 * only where it is needed. Throws `Error` where `where` names neither.
 */
export async function openState(where: string, options: StateOptions): Promise<SharedState> {
  if (where === 'memory') return memoryState(options.now)
  if (!/^rediss?:\/\/[^\s/]+/.test(where) || !URL.canParse(where)) {
    throw new Error('STATE_STORE must be memory or redis://HOST:PORT')
  }
  const { redisState } = await import('./redis.ts')
  return redisState(where, options)
}
