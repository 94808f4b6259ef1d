import type { AuthenticationData } from '../../audit/schema/authentication.ts'
import { CHECKS, type CheckId } from './checks.ts'
import { factOf } from './facts.ts'
import { failedCheck } from './failed-check.ts'

/** One check of a request and what became of it. */
export interface Traced {
  readonly check: CheckId
  /** What holds where it passed. */
  readonly claim: string
  readonly state: 'passed' | 'failed' | 'not reached'
  /** What the record says about it, in one line. */
  readonly fact: string | undefined
}

/**
 * The way of a request through the checks, read from its record alone. An intent passed everything
 * up to itself; what came of it stands in the record of its outcome.
 */
export function ruleTrace(data: AuthenticationData): readonly Traced[] {
  const { decision } = data.unmapped
  const failed = decision === 'refused' ? positionOf(failedCheck(data)) : undefined
  const end = decision === 'intent' ? positionOf('intent') + 1 : (failed ?? CHECKS.length)
  return CHECKS.map(([check, claim], position) => {
    const state = position < end ? 'passed' : position === failed ? 'failed' : 'not reached'
    const fact = state === 'not reached' ? undefined : factOf(check, data)
    return { check, claim, state, fact: state === 'failed' ? failureOf(data, fact) : fact }
  })
}

function positionOf(id: CheckId): number {
  return CHECKS.findIndex(([check]) => check === id)
}

function failureOf({ status_detail, unmapped }: AuthenticationData, fact: string | undefined) {
  const told = [status_detail, unmapped.cause].filter((text) => text !== undefined)
  return told.length === 0 ? fact : told.join('; ')
}
