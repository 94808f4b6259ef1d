import type { TestCaseDocument } from '../../policy/document/test-case.ts'
import { impossibleAmong } from '../../policy/expectation.ts'
import type { LoadedPolicy } from '../../policy/load.ts'
import type { Problem } from '../../policy/problem.ts'
import type { Decision } from '../decision.ts'
import { rehearse, type ReadRequest, type Rehearsal, type Rehearsed } from '../rehearse.ts'
import { callerOf, type TestCase } from './case.ts'
import { strangeClaim } from './strange-claim.ts'
import { wordDecision, wordExpectation } from './words.ts'

/** Reads the request of a test as the endpoint would. */
export type ReadTestRequest = ReadRequest<TestCaseDocument['request']>

/** How one test went. */
export interface TestResult {
  readonly test: TestCase
  readonly name: string
  /** Where it failed and how, in one line; undefined: it passed. */
  readonly problem: Problem | undefined
  /** Undefined where the test names no single provider. */
  readonly rehearsed: Rehearsed | undefined
}

/** Seconds since the epoch at which the clock of every test stands. */
export const TEST_CLOCK = 1_750_000_000

/** Runs one test by the runtime's own steps; never throws for what a test may hold. */
export function runTest(
  test: TestCase,
  loaded: LoadedPolicy,
  readRequest: ReadTestRequest,
): TestResult {
  const { file, entry } = test
  const { name, expect } = entry.document
  const place = (step: string) => ({
    file: file.source.file,
    ...file.source.value(['tests', entry.index, step]),
  })
  const rehearsal = rehearsalOf(test, loaded)
  if (rehearsal === undefined) {
    const { provider } = entry.document
    const fault =
      provider === undefined
        ? 'name the provider, no single one is meant'
        : `there is no provider ${JSON.stringify(provider)}`
    const message = `test ${JSON.stringify(name)}: ${fault}`
    return { test, name, problem: { ...place('name'), message }, rehearsed: undefined }
  }
  const rehearsed = rehearse(rehearsal, loaded.policy, readRequest, TEST_CLOCK)
  if (meets(rehearsed.decision, expect)) return { test, name, problem: undefined, rehearsed }
  const grants = [...loaded.policy.grantsByMember.values()].flat()
  const hints = [impossibleAmong(grants)(expect)?.message, strangeClaim(test, loaded)]
  const hint = hints.flatMap((one) => (one === undefined ? [] : [`; ${one}`])).join('')
  const expected = wordExpectation(expect)
  const message = `test ${JSON.stringify(name)}: expected ${expected}, got ${wordDecision(rehearsed.decision)}${hint}`
  return { test, name, problem: { ...place('expect'), message }, rehearsed }
}

/** What a test rehearses; undefined where it names no single provider. */
export function rehearsalOf(
  test: TestCase,
  loaded: LoadedPolicy,
): Rehearsal<TestCaseDocument['request']> | undefined {
  const caller = callerOf(test, loaded)
  return caller && { caller, request: test.entry.document.request }
}

/** Whether a decision is the expected one; what the expectation leaves out may be anything. */
function meets(decision: Decision, expect: TestCaseDocument['expect']): boolean {
  if ('refused' in decision) return expect.refused === decision.refused.reason
  const { granted } = decision
  const wanted = expect.granted
  if (wanted === undefined) return false
  const scopes = granted.kind === 'access_token' ? granted.scopes : undefined
  const lifetime = granted.kind === 'access_token' ? granted.lifetime : undefined
  const audience = granted.kind === 'id_token' ? granted.audience : undefined
  return (
    wanted.serviceAccount === granted.serviceAccount &&
    (wanted.grant === undefined || wanted.grant === granted.grant) &&
    (wanted.scopes === undefined || sameSet(wanted.scopes, scopes ?? [])) &&
    (wanted.lifetime === undefined || wanted.lifetime === lifetime) &&
    (wanted.audience === undefined || wanted.audience === audience)
  )
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return new Set(left).symmetricDifference(new Set(right)).size === 0
}
