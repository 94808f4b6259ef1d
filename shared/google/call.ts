import type { Dispatcher } from 'undici'
import type { CallContext } from '../domain/call.ts'
import { Refusal } from '../domain/refusal.ts'
import { attempt, type Answer, type Failure, type Post } from './attempt.ts'
import { createBreaker, type CallEnd } from './breaker.ts'
import type { Pace } from './pace.ts'
import { retryAfterSeconds } from './retry-after.ts'
import { createRetryBudget } from './retry-budget.ts'

/**
 * One call to an API method: up to three tries. Resolves to an answer that is final, which is every
 * status but 429 and 5xx. Throws `Refusal`: `upstream` (5xx, time-out, reset, open breaker),
 * `quota` (429), `aborted`, `shutting_down` (the pool is closed).
 */
export type Call = (post: Post, context: CallContext) => Promise<Answer>

/** Upper bound of the wait before the second try, in milliseconds; doubled for the third. */
const BACKOFF = 200

/** A try that has less time than this is not made. */
const SHORTEST_TRY = 50

/**
 * The calls of one API method, with a breaker and a retry budget of their own. Retried are 5xx,
 * time-outs, broken connections, and 429 where Google names no time to wait; never a denial. The
 * waits have full jitter; a `Retry-After` on a 5xx is waited for where the time allows, and goes to
 * the caller where it does not. `name` begins the record's detail.
 */
export function createCall(name: string, pool: Dispatcher, pace: Pace): Call {
  const { elapsed } = pace
  const breaker = createBreaker(elapsed)
  const budget = createRetryBudget(elapsed)

  /** Milliseconds to wait before the next try; undefined: there is none. */
  function waitBefore(
    next: number,
    outcome: Answer | Failure,
    hint: number | undefined,
    left: number,
  ) {
    if (next > pace.tries || !isRetryable(outcome, hint) || !breaker.closed()) return undefined
    const jitter = pace.random() * BACKOFF * 2 ** (next - 2)
    const wait = Math.max((hint ?? 0) * 1_000, jitter)
    return wait + SHORTEST_TRY <= left && budget.withdraw() ? wait : undefined
  }

  async function tryUntilFinal(post: Post, { signal, onAttempt }: CallContext): Promise<Answer> {
    const deadline = elapsed() + pace.totalMs
    for (let tries = 1; ; tries++) {
      throwIfGone(name, signal)
      onAttempt()
      const outcome = await attempt(pool, post, Math.min(pace.tryMs, deadline - elapsed()), signal)
      if ('status' in outcome && isFinal(outcome.status)) {
        if (tries > 1) budget.refund()
        return outcome
      }
      throwIfGone(name, signal)
      const hint =
        'status' in outcome ? retryAfterSeconds(outcome.retryAfter, pace.now()) : undefined
      const wait = waitBefore(tries + 1, outcome, hint, deadline - elapsed())
      if (wait === undefined) throw refusalFor(name, outcome, hint, tries)
      await pace.sleep(wait, signal)
    }
  }

  return async (post, context) => {
    const permit = breaker.admit()
    if (permit === undefined) {
      throw new Refusal('upstream', {
        detail: `${name}: not called, it failed too often in the last seconds`,
        retryAfter: breaker.retryAfter(),
      })
    }
    let end: CallEnd = 'abandoned'
    budget.deposit()
    try {
      const answer = await tryUntilFinal(post, context)
      end = 'answered'
      return answer
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'quota') end = 'answered'
      if (error instanceof Refusal && error.reason === 'upstream') end = 'failed'
      throw error
    } finally {
      breaker.settle(permit, end)
    }
  }
}

function isFinal(status: number): boolean {
  return status !== 429 && status < 500
}

function isRetryable(outcome: Answer | Failure, hint: number | undefined): boolean {
  if ('status' in outcome) return outcome.status !== 429 || hint === undefined
  return outcome.failure === 'timeout' || outcome.failure === 'reset'
}

function refusalFor(
  name: string,
  outcome: Answer | Failure,
  hint: number | undefined,
  tries: number,
): Refusal {
  const retryAfter = hint === undefined ? {} : { retryAfter: hint }
  if ('status' in outcome) {
    const detail = `${name}: HTTP ${outcome.status}, tries: ${tries}`
    return new Refusal(outcome.status === 429 ? 'quota' : 'upstream', { detail, ...retryAfter })
  }
  const detail = `${name}: ${outcome.failure} (${outcome.code}), tries: ${tries}`
  if (outcome.failure !== 'unsendable') return new Refusal('upstream', { detail })
  return new Refusal(outcome.code === 'UND_ERR_INVALID_ARG' ? 'fault' : 'shutting_down', { detail })
}

/** The refusal that the signal carries goes on, because it may know more than "aborted". */
function throwIfGone(name: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  if (signal.reason instanceof Refusal) throw signal.reason
  throw new Refusal('aborted', { detail: `${name}: the caller is gone` })
}
