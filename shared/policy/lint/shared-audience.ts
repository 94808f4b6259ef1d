import { findingAt, type Finding } from './finding.ts'
import type { LintRule } from './subject.ts'

/** One audience at two identity providers: a token made for one purpose fits the other as well. */
export const sharedAudience: LintRule = ({ providers }) => {
  const first = new Map<string, string>()
  const findings: Finding[] = []
  for (const row of providers) {
    const { id, audiences = [] } = row.document
    for (const [index, audience] of audiences.entries()) {
      const known = first.get(audience)
      if (known === undefined) first.set(audience, id)
      else {
        const message = `provider ${known} has the audience ${audience} too: give each its own, as in ${audience}/${id}`
        findings.push(findingAt('shared-audience', row, ['audiences', index], message))
      }
    }
  }
  return findings
}
