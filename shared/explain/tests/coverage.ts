import type { AttributeCondition, Bindings } from '../../domain/condition.ts'
import type { CompiledCondition } from '../../policy/cel/compile.ts'
import { compiledCondition, explainMapping } from '../../policy/explained.ts'
import type { LoadedPolicy } from '../../policy/load.ts'
import type { Problem } from '../../policy/problem.ts'
import { rowsOf, type Row } from '../../policy/rows.ts'
import { denies, grantsOf } from '../../steps/authorize.ts'
import { judge } from '../../steps/judge.ts'
import { decide } from '../decision.ts'
import type { Rehearsed } from '../rehearse.ts'
import { branchesOf, observe, type Branch } from './branches.ts'
import type { TestResult } from './run.ts'

/** How much of a policy its tests reach. */
export interface Coverage {
  /** Grants that answered a test, in earnest or in `mode: audit`. */
  readonly grants: Count
  /** Denials that struck. */
  readonly denials: Count
  /** Each operand of a condition counts twice: seen true, and seen false. */
  readonly branches: Count
  /** What no test reached, where it stands. */
  readonly gaps: readonly Problem[]
}

/** Reached of all. */
export interface Count {
  readonly reached: number
  readonly all: number
}

type AnyRow = Row<{ readonly id: string }, { readonly id: string }>

/** A condition of the policy and what the tests saw of it. */
interface Watched {
  readonly row: AnyRow
  readonly key: 'attributeCondition' | 'condition'
  readonly condition: CompiledCondition
  readonly branches: readonly Branch[]
}

/** What the results of a policy's tests reached of it. */
export function coverageOf(loaded: LoadedPolicy, results: readonly TestResult[]): Coverage {
  const { providers, grants, denials } = rowsOf(loaded)
  const watched = new Map<unknown, Watched>()
  const watch = (row: AnyRow, key: Watched['key'], condition: AttributeCondition | undefined) => {
    const compiled = condition && compiledCondition(condition)
    if (compiled === undefined) return
    const branches = branchesOf(compiled)
    watched.set(row.compiled, { row, key, condition: compiled, branches })
  }
  for (const row of providers) watch(row, 'attributeCondition', row.compiled.attributes.condition)
  for (const row of denials) watch(row, 'condition', row.compiled.condition)
  for (const row of grants) watch(row, 'condition', row.compiled.condition)

  const answered = new Set<string>()
  const struck = new Set<string>()
  const see = (compiled: unknown, bindings: Bindings) => {
    const found = watched.get(compiled)
    if (found !== undefined) observe(found.condition, bindings, found.branches)
  }
  for (const { rehearsed } of results)
    if (rehearsed !== undefined) follow(rehearsed, loaded, { answered, struck, see })

  const branches = [...watched.values()].flatMap((one) => one.branches)
  return {
    grants: count(grants, answered),
    denials: count(denials, struck),
    branches: {
      reached: branches.reduce((sum, { seen }) => sum + seen.size, 0),
      all: branches.length * 2,
    },
    gaps: [
      ...unreached(grants, answered, (id) => `no test is granted by ${id}`),
      ...unreached(denials, struck, (id) => `no test is refused by the denial ${id}`),
      ...[...watched.values()].flatMap(unseen),
    ],
  }
}

/** Where the notes of one run go. */
interface Notes {
  readonly answered: Set<string>
  readonly struck: Set<string>
  readonly see: (compiled: unknown, bindings: Bindings) => void
}

/** Goes the way that a decision went, and notes what it looked at. */
function follow(
  { decision, examined, request }: Rehearsed,
  { policy }: LoadedPolicy,
  notes: Notes,
) {
  const { assertion, refusal } = examined ?? {}
  if (assertion === undefined || request === undefined || refusal !== undefined) return
  const { provider } = assertion
  const { principal } = decide(assertion, request, policy)
  const bindings =
    principal?.mapped.bindings ?? explainMapping(provider.attributes, assertion.claims)?.bindings
  if (bindings === undefined) return
  notes.see(provider, bindings)
  if (principal === undefined) return

  for (const denial of policy.denials) {
    const { members } = denial
    if (members === undefined || principal.members.some((member) => members.has(member)))
      notes.see(denial, bindings)
    if (!denies(denial, principal)) continue
    notes.struck.add(denial.id)
    return
  }
  for (const grant of grantsOf(principal, policy)) {
    const verdict = judge(grant, principal, request)
    if (verdict.covers || verdict.check !== 'target') notes.see(grant, bindings)
  }
  for (const id of decision.shadow) notes.answered.add(id)
  if ('granted' in decision) notes.answered.add(decision.granted.grant)
}

function count(rows: readonly AnyRow[], reached: ReadonlySet<string>): Count {
  return { reached: reached.size, all: rows.length }
}

function unreached(
  rows: readonly AnyRow[],
  reached: ReadonlySet<string>,
  tell: (id: string) => string,
): readonly Problem[] {
  return rows
    .filter(({ document }) => !reached.has(document.id))
    .map(({ document, source, path }) => ({
      file: source.file,
      ...source.value([...path, 'id']),
      message: tell(document.id),
    }))
}

/** A branch that was never true or never false, at its own place in the condition. */
function unseen({ row, key, branches }: Watched): readonly Problem[] {
  const { source, path, document } = row
  return branches.flatMap(({ line, column, text, seen }) =>
    [true, false]
      .filter((value) => !seen.has(value))
      .map((value) => ({
        file: source.file,
        ...source.within([...path, key], { line, column }),
        message: `${document.id}: no test makes this ${value}: ${text}`,
      })),
  )
}
