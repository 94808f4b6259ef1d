import { loadPolicy, type LoadOptions, type LoadResult } from '../../shared/policy/load.ts'
import { formatProblem } from '../../shared/policy/problem.ts'

/** A policy that loads; 14 lines, a provider from line 3, a grant from line 9. */
export const WHOLE = `version: 1
providers:
  - id: github
    issuer: https://token.actions.githubusercontent.com
    workloadIdentityProvider: projects/123456/locations/global/workloadIdentityPools/ci/providers/github
    attributeMapping: {google.subject: assertion.sub, attribute.repository: assertion.repository}
    attributeCondition: assertion.repository_owner_id == '1001'
grants:
  - id: deploy
    members: ['github:attribute.repository/acme/app']
    serviceAccount: deployer@acme-prod.iam.gserviceaccount.com
    accessToken:
      scopes: ['https://www.googleapis.com/auth/cloud-platform']
      maxLifetime: 900
`

/** `WHOLE` with one line replaced, or several lines by several. */
export function wholeWith(line: number, ...replacement: readonly string[]): string {
  return WHOLE.split('\n')
    .toSpliced(line - 1, 1, ...replacement)
    .join('\n')
}

/** What loading a text complains of, as a terminal shows it; empty where it loads. */
export function complaints(
  text: string | Uint8Array,
  options: LoadOptions = {},
): readonly string[] {
  const result = loadPolicy({ name: 'policy.yaml', bytes: text }, options)
  return result.ok ? [] : result.problems.map(formatProblem)
}

/** A policy that has to load. Throws what was wrong where it does not. */
export function loaded(text: string, options: LoadOptions = {}): Extract<LoadResult, { ok: true }> {
  const result = loadPolicy({ name: 'policy.yaml', bytes: text }, options)
  if (result.ok) return result
  throw new Error(result.problems.map(formatProblem).join('\n'))
}
