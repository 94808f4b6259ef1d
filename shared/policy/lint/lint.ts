import { sortProblems } from '../problem.ts'
import type { LoadedPolicy } from '../load.ts'
import { absorbedError } from './absorbed-error.ts'
import { isAccepted } from './accepted.ts'
import { claimForm } from './claim-form.ts'
import { constantCondition } from './constant-condition.ts'
import type { Finding, RuleName } from './finding.ts'
import { idleAllows } from './idle-allow.ts'
import { longSubject } from './long-subject.ts'
import { sharedAudience } from './shared-audience.ts'
import { shortLifetime } from './short-lifetime.ts'
import { lintSubject, type LintRule } from './subject.ts'
import { tenantNotPinned } from './tenant-not-pinned.ts'
import { twinGrants } from './twin-grants.ts'
import { unanchoredMatch } from './unanchored-match.ts'
import { unknownClaim } from './unknown-claim.ts'
import { unreachableGrant } from './unreachable-grant.ts'
import { wildcardMember } from './wildcard-member.ts'

const RULES: Readonly<Record<Exclude<RuleName, 'idle-allow'>, LintRule>> = {
  'unanchored-match': unanchoredMatch,
  'unknown-claim': unknownClaim,
  'claim-form': claimForm,
  'tenant-not-pinned': tenantNotPinned,
  'constant-condition': constantCondition,
  'absorbed-error': absorbedError,
  'wildcard-member': wildcardMember,
  'short-lifetime': shortLifetime,
  'unreachable-grant': unreachableGrant,
  'twin-grants': twinGrants,
  'long-subject': longSubject,
  'shared-audience': sharedAudience,
}

/** What the rules found in a policy that loads. */
export interface LintResult {
  /** In the order of the files and their lines. */
  readonly findings: readonly Finding[]
  /** Findings that their author allowed by `# allow RULE: reason`. */
  readonly accepted: readonly Finding[]
}

/** Looks for what is legal but dangerous. */
export function lintPolicy(loaded: LoadedPolicy): LintResult {
  const subject = lintSubject(loaded)
  const sources = new Map(loaded.files.map(({ source }) => [source.file, source]))
  const found = [
    ...Object.values(RULES).flatMap((rule) => rule(subject)),
    ...[...sources.values()].flatMap((source) => idleAllows(source, Object.keys(RULES))),
  ]
  const sorted = sortProblems(found, [...sources.keys()]) as readonly Finding[]
  const { accepted = [], findings = [] } = Object.groupBy(sorted, (finding) => {
    const source = sources.get(finding.file)
    return source !== undefined && isAccepted(finding, source) ? 'accepted' : 'findings'
  })
  return { findings, accepted }
}
