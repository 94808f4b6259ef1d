import type { Place } from '../cel/place.ts'
import type { Problem } from '../problem.ts'
import type { Row } from '../rows.ts'

/** What is legal but dangerous: the rule that says so, where, and what to do instead. */
export interface Finding extends Problem {
  /** The name of the rule, for `# allow RULE: reason`. */
  readonly rule: RuleName
}

/** Every rule of the lint. */
export type RuleName =
  | 'unanchored-match'
  | 'unknown-claim'
  | 'claim-form'
  | 'tenant-not-pinned'
  | 'constant-condition'
  | 'absorbed-error'
  | 'wildcard-member'
  | 'short-lifetime'
  | 'unreachable-grant'
  | 'twin-grants'
  | 'long-subject'
  | 'shared-audience'
  | 'idle-allow'

type AnyRow = Pick<Row<unknown, unknown>, 'source' | 'path'>

/** A finding at a value of a row. */
export function findingAt(
  rule: RuleName,
  { source, path }: AnyRow,
  at: readonly PropertyKey[],
  message: string,
): Finding {
  return { rule, file: source.file, ...source.value([...path, ...at]), message }
}

/** A finding within an expression of a row. */
export function findingWithin(
  rule: RuleName,
  { source, path }: AnyRow,
  key: string,
  place: Place,
  message: string,
): Finding {
  return { rule, file: source.file, ...source.within([...path, key], place), message }
}
