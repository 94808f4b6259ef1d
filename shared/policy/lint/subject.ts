import type { CompiledCondition } from '../cel/compile.ts'
import { compiledCondition } from '../explained.ts'
import type { LoadedPolicy } from '../load.ts'
import { rowsOf, type PolicyRows, type Row } from '../rows.ts'
import type { Finding } from './finding.ts'

/** A provider of the policy. */
export type ProviderRow = PolicyRows['providers'][number]
/** A grant of the policy. */
export type GrantRow = PolicyRows['grants'][number]

/** A condition of the policy, with whose tokens it is asked about. */
export interface ConditionRow {
  readonly row: Row<{ readonly id: string }, unknown>
  readonly of: 'provider' | 'grant' | 'denial'
  /** The key that holds its text. */
  readonly key: 'attributeCondition' | 'condition'
  readonly condition: CompiledCondition
  readonly providers: readonly ProviderRow[]
}

/** What the rules look at: a policy that loads. */
export interface LintSubject extends PolicyRows {
  readonly conditions: readonly ConditionRow[]
  /** The providers that a grant or a denial names; for a denial without members all of them. */
  readonly providersOf: (members: Iterable<string> | undefined) => readonly ProviderRow[]
}

/** One rule: everything in the policy that it warns of. */
export type LintRule = (subject: LintSubject) => readonly Finding[]

/** Prepares a loaded policy for the rules. */
export function lintSubject(loaded: LoadedPolicy): LintSubject {
  const rows = rowsOf(loaded)
  const byId = new Map(rows.providers.map((row) => [row.document.id, row]))
  const providersOf = (members: Iterable<string> | undefined) => {
    if (members === undefined) return rows.providers
    const ids = new Set([...members].map((member) => member.slice(0, member.indexOf(':'))))
    return [...ids].flatMap((id) => byId.get(id) ?? [])
  }
  const rules = [
    ...rows.grants.map((row) => ({ row, of: 'grant' as const })),
    ...rows.denials.map((row) => ({ row, of: 'denial' as const })),
  ]
  const conditions: ConditionRow[] = [
    ...rows.providers.flatMap((row) => {
      const condition = compiledCondition(row.compiled.attributes.condition)
      const key = 'attributeCondition' as const
      return condition ? [{ row, of: 'provider' as const, key, condition, providers: [row] }] : []
    }),
    ...rules.flatMap(({ row, of }) => {
      const condition = row.compiled.condition && compiledCondition(row.compiled.condition)
      if (condition === undefined) return []
      const providers = providersOf(row.compiled.members)
      return [{ row, of, key: 'condition' as const, condition, providers }]
    }),
  ]
  return { ...rows, conditions, providersOf }
}
