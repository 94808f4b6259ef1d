import { Refusal } from '../domain/refusal.ts'

/** One check of a token or of a request, as a decision makes them in turn. */
export interface Check {
  readonly name: CheckName
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** What was found, or why it was not looked at. */
  readonly detail?: string
}

/** The checks before a policy's own rules, in the order in which a decision makes them. */
export type CheckName =
  | 'request'
  | 'format'
  | 'header'
  | 'claims'
  | 'issuer'
  | 'audience'
  | 'algorithm'
  | 'key'
  | 'signature'
  | 'times'
  | 'subject'
  | 'token id'
  | 'spelling'

/** Makes checks one after the other and goes on after a failure: the first one is the decision's. */
export interface Checklist {
  readonly checks: readonly Check[]
  /** The first failure: what a decision would have stopped at. */
  refusal(): Refusal | undefined
  /** The result of `run`, or undefined where it threw a `Refusal`. `tell` words what was found. */
  check<T>(name: CheckName, run: () => T, tell?: (found: T) => string): T | undefined
  /** The same for a check that has to wait. */
  checkLater<T>(
    name: CheckName,
    run: () => Promise<T>,
    tell?: (found: T) => string,
  ): Promise<T | undefined>
  skip(name: CheckName, why: string): void
}

/** An empty checklist. */
export function createChecklist(): Checklist {
  const checks: Check[] = []
  let first: Refusal | undefined

  function passed<T>(name: CheckName, found: T, tell: ((found: T) => string) | undefined): T {
    checks.push({ name, outcome: 'passed', ...(tell && { detail: tell(found) }) })
    return found
  }

  function failed(name: CheckName, error: unknown): undefined {
    if (!(error instanceof Refusal)) throw error
    first ??= error
    checks.push({ name, outcome: 'failed', detail: error.message })
  }

  return {
    checks,
    refusal: () => first,
    check(name, run, tell) {
      try {
        return passed(name, run(), tell)
      } catch (error) {
        return failed(name, error)
      }
    },
    async checkLater(name, run, tell) {
      try {
        return passed(name, await run(), tell)
      } catch (error) {
        return failed(name, error)
      }
    },
    skip(name, detail) {
      checks.push({ name, outcome: 'skipped', detail })
    },
  }
}
