import { findingAt, type Finding } from './finding.ts'
import type { GrantRow, LintRule } from './subject.ts'

/** Two grants that differ only in account: a request that names none can get neither. */
export const twinGrants: LintRule = ({ grants }) => {
  const first = new Map<string, GrantRow>()
  const findings: Finding[] = []
  for (const row of grants) {
    const key = essenceOf(row)
    const known = first.get(key)
    if (known === undefined) first.set(key, row)
    else if (known.document.serviceAccount !== row.document.serviceAccount) {
      const message = `the grant differs from ${known.document.id} only in its account: a request that names no account is refused as ambiguous`
      findings.push(findingAt('twin-grants', row, ['serviceAccount'], message))
    }
  }
  return findings
}

/** Everything of a grant but its name and its account. */
function essenceOf({ document, compiled }: GrantRow): string {
  const { condition, accessToken, idToken, mode } = document
  const members = [...compiled.members].sort()
  const scopes = accessToken && { ...accessToken, scopes: accessToken.scopes.toSorted() }
  const audiences = idToken && { ...idToken, audiences: idToken.audiences.toSorted() }
  return JSON.stringify([mode, members, condition, scopes, audiences])
}
