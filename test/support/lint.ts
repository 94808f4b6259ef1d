import { lintPolicy } from '../../shared/policy/lint/lint.ts'
import { formatProblem } from '../../shared/policy/problem.ts'
import { loaded } from './policy-text.ts'

/** `policy.yaml:12:7: message [rule]`, as `bureau policy check` prints them. */
export function findings(text: string): readonly string[] {
  return lintPolicy(loaded(text)).findings.map((one) => `${formatProblem(one)} [${one.rule}]`)
}

/** The rules that find something, each once. */
export function rulesThatFind(text: string): readonly string[] {
  return [...new Set(lintPolicy(loaded(text)).findings.map(({ rule }) => rule))]
}

/** A policy in which no rule finds anything; lines 3 to 9 are the provider, 11 to 14 the grant. */
export interface Parts {
  readonly issuer?: string
  readonly mapping?: string
  readonly condition?: string
  readonly members?: string
  readonly grantCondition?: string
  readonly lifetime?: number
  /** Further lines at the end. */
  readonly more?: string
}

/** A GitHub policy with one provider and one grant, but for the given parts. */
export function policyOf(parts: Parts = {}): string {
  const {
    issuer = 'https://token.actions.githubusercontent.com',
    mapping = 'google.subject: assertion.repository_id, attribute.repository: assertion.repository, attribute.repository_id: assertion.repository_id',
    condition = "assertion.repository_owner_id == '1001'",
    members = 'main:attribute.repository_id/2002',
    grantCondition = "assertion.ref == 'refs/heads/main'",
    lifetime = 900,
    more = '',
  } = parts
  return `version: 1
providers:
  - id: main
    issuer: ${issuer}
    audiences: [https://bureau.example.com]
    exchange: impersonation
    attributeMapping: {${mapping}}
    attributeCondition: >-
      ${condition}
grants:
  - id: deploy
    members: ['${members}']
    condition: >-
      ${grantCondition}
    serviceAccount: deployer@acme-prod.iam.gserviceaccount.com
    accessToken: {scopes: ['https://www.googleapis.com/auth/cloud-platform'], maxLifetime: ${lifetime}}
${more}`
}
