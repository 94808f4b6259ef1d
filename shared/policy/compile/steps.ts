import { setImmediate } from 'node:timers/promises'

/** Work that can be left and taken up again after each step, and what it comes to. */
export type Steps<Result> = Generator<undefined, Result>

/** Milliseconds of work after which others have their turn. */
const TURN = 5

/** Does all the work now. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** Does the work in turns of a few milliseconds, between which the event loop serves others. */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  let began = performance.now()
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (performance.now() - began < TURN) continue
    await setImmediate()
    began = performance.now()
  }
}
