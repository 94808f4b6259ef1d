import { createHash } from 'node:crypto'
import { assertedSubject } from '../../shared/assertion/signer.ts'
import type { GrantDocument } from '../../shared/policy/document/grant.ts'
import type { ProviderDocument } from '../../shared/policy/document/provider.ts'
import { loadPolicy } from '../../shared/policy/load.ts'
import { formatProblem } from '../../shared/policy/problem.ts'
import type { AccountConfig, GoogleConfig } from './google/config.ts'

/** The account that the function runs as. */
export const RUNTIME_ACCOUNT = 'bureau@acme-prod.iam.gserviceaccount.com'
/** The bucket that every granted account may read. */
export const BUCKET = 'acme-orders'

const USER = 'roles/iam.workloadIdentityUser'
const CREATOR = 'roles/iam.serviceAccountTokenCreator'

/**
 * What Google must know for a policy to work: pool providers, service accounts and their bindings,
 * and something to read and to call. `bureauUrl` is the issuer of the bureau's own assertions.
 * Throws `Error` with the policy's problems, one a line.
 */
export function googleSideOf(policyText: string, bureauUrl: string): GoogleConfig {
  const loaded = loadPolicy({ name: 'policy.yaml', bytes: policyText }, { allowLoopback: true })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  const providers = loaded.files.flatMap((file) => file.providers.map(({ document }) => document))
  const grants = loaded.files.flatMap((file) => file.grants.map(({ document }) => document))

  const bindings = new Map<string, AccountConfig['bindings']>([[RUNTIME_ACCOUNT, []]])
  const bind = (account: string, role: string, member: string): void => {
    bindings.set(account, [...(bindings.get(account) ?? []), { role, members: [member] }])
  }
  for (const grant of grants) {
    for (const member of grant.members) bindChain(grant, iamMember(member, providers), bind)
  }
  const accounts = [...bindings].map(([email, ownBindings]) => ({
    email,
    uniqueId: uniqueId(email),
    bindings: ownBindings,
    longLifetime: grants.some(
      (grant) => grant.serviceAccount === email && (grant.accessToken?.maxLifetime ?? 0) > 3600,
    ),
  }))
  return {
    providers: providers.flatMap((provider) => poolProvider(provider, bureauUrl)),
    accounts,
    buckets: [
      {
        name: BUCKET,
        readers: accounts.map(({ email }) => `serviceAccount:${email}`),
        objects: ['2026/january.csv', '2026/february.csv'],
      },
    ],
    services: servicesOf(grants),
    metadataAccount: RUNTIME_ACCOUNT,
  }
}

function poolProvider(
  provider: ProviderDocument,
  bureauUrl: string,
): NonNullable<GoogleConfig['providers']> {
  const { workloadIdentityProvider: name, attributeMapping, attributeCondition } = provider
  if (name === undefined || provider.exchange === 'impersonation') return []
  if (provider.exchange === 'federation') {
    const allowedAudiences = provider.audiences ?? []
    return [
      { name, issuer: provider.issuer, allowedAudiences, attributeMapping, attributeCondition },
    ]
  }
  const attributes = Object.keys(attributeMapping).filter((key) => key.startsWith('attribute.'))
  return [
    {
      name,
      issuer: bureauUrl,
      jwksUri: `${bureauUrl}/.well-known/jwks.json`,
      attributeMapping: {
        'google.subject': 'assertion.sub',
        'google.groups': 'assertion.groups',
        ...Object.fromEntries(
          attributes.map((key) => [key, key.replace('attribute.', 'assertion.attributes.')]),
        ),
      },
      attributeCondition: `assertion.provider == '${provider.id}'`,
    },
  ]
}

/** The bindings along the chain: the member on the first account, each account on the next. */
function bindChain(
  grant: GrantDocument,
  member: string,
  bind: (account: string, role: string, member: string) => void,
): void {
  const chain = [...grant.delegates, grant.serviceAccount]
  const plain = chain.length === 1 && member.startsWith('principal')
  for (const [index, account] of chain.entries()) {
    const before = chain[index - 1]
    bind(
      account,
      plain ? USER : CREATOR,
      before === undefined ? member : `serviceAccount:${before}`,
    )
  }
}

/** A policy's member as IAM spells it; for `impersonation` that is the function's own account. */
function iamMember(member: string, providers: readonly ProviderDocument[]): string {
  if (/^principal(Set)?:/.test(member)) return member
  const [id = ''] = member.split(':', 1)
  const rest = member.slice(id.length + 1)
  const provider = providers.find((each) => each.id === id)
  const name = provider?.workloadIdentityProvider
  if (name === undefined || provider?.exchange === 'impersonation') {
    return `serviceAccount:${RUNTIME_ACCOUNT}`
  }
  const pool = name.slice(0, name.indexOf('/providers/'))
  if (!rest.startsWith('subject/')) return `principalSet://iam.googleapis.com/${pool}/${rest}`
  const subject = rest.slice('subject/'.length)
  const seen = provider?.exchange === 'assertion' ? assertedSubject(subject) : subject
  return `principal://iam.googleapis.com/${pool}/subject/${seen}`
}

function servicesOf(grants: readonly GrantDocument[]): NonNullable<GoogleConfig['services']> {
  const audiences = new Set(grants.flatMap((grant) => grant.idToken?.audiences ?? []))
  return [...audiences].map((audience) => ({
    name: new URL(audience).hostname.split('.')[0] ?? audience,
    audience,
    invokers: grants
      .filter((grant) => grant.idToken?.audiences.includes(audience))
      .map((grant) => grant.serviceAccount),
  }))
}

/** Twenty-one digits that stay the same for an e-mail. */
function uniqueId(email: string): string {
  const number = BigInt(`0x${createHash('sha256').update(email).digest('hex')}`)
  return `1${String(number % 10n ** 20n).padStart(20, '0')}`
}
