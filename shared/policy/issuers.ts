import { PRESETS } from './presets/expand.ts'
import type { PresetName } from './presets/names.ts'

/** What is known of an issuer that serves strangers beside you, or whose names can change hands. */
export interface KnownIssuer {
  readonly name: PresetName
  /** The issuer's own page about its claims. */
  readonly documentation: string
  /** Whether the issuer's URL itself belongs to one tenant. */
  readonly tenantInIssuer: boolean
  /** Claims that name a tenant, or something within it, for good: one of them must be pinned. */
  readonly immutable: readonly string[]
  /** Claims that hold names: free to be taken by somebody else after a rename or a deletion. */
  readonly mutable: readonly string[]
}

type Facts = Omit<KnownIssuer, 'name' | 'documentation'>

const FACTS: Readonly<Record<Exclude<PresetName, 'keycloak'>, Facts>> = {
  // Owner and repository names are free again after a rename; ids are not. sub holds the names, and
  // the ids as well for repositories with immutable subjects.
  github: {
    tenantInIssuer: false,
    immutable: ['repository_owner_id', 'repository_id', 'enterprise_id'],
    mutable: ['sub', 'repository', 'repository_owner', 'job_workflow_ref', 'workflow_ref', 'actor'],
  },
  // Anybody can have a namespace on gitlab.com; paths change, ids do not.
  gitlab: {
    tenantInIssuer: false,
    immutable: ['namespace_id', 'project_id'],
    mutable: ['sub', 'namespace_path', 'project_path', 'user_login'],
  },
  // A cluster is an issuer; a service account that is deleted and made again has another uid.
  kubernetes: { tenantInIssuer: true, immutable: ['kubernetes.io'], mutable: ['sub'] },
  // The organisation is in the issuer; sub holds ids, and in its second form names of repositories.
  circleci: {
    tenantInIssuer: true,
    immutable: ['oidc.circleci.com/project-id'],
    mutable: ['oidc.circleci.com/vcs-origin'],
  },
  // One issuer for all organisations; ids are in the token when the job asks for them.
  buildkite: {
    tenantInIssuer: false,
    immutable: ['organization_id', 'pipeline_id'],
    mutable: ['sub', 'organization_slug', 'pipeline_slug'],
  },
  // One issuer for all organisations of HCP Terraform; sub holds names.
  'terraform-cloud': {
    tenantInIssuer: false,
    immutable: ['terraform_organization_id', 'terraform_project_id', 'terraform_workspace_id'],
    mutable: [
      'sub',
      'terraform_organization_name',
      'terraform_project_name',
      'terraform_workspace_name',
      'terraform_full_workspace',
    ],
  },
  // Tokens of guests and of multi-tenant applications come from the issuer of their tenant: pin tid.
  entra: {
    tenantInIssuer: true,
    immutable: ['tid', 'oid'],
    mutable: ['upn', 'email', 'preferred_username', 'unique_name'],
  },
}

/** Issuers by their address; a self-managed one has an address of its own and is known by preset. */
const ADDRESSES: readonly (readonly [RegExp, keyof typeof FACTS])[] = [
  [/^https:\/\/token\.actions\.githubusercontent\.com(?:\/|$)/, 'github'],
  [/^https:\/\/token\.actions\.[a-z0-9-]+\.ghe\.com(?:\/|$)/, 'github'],
  [/^https:\/\/gitlab\.com$/, 'gitlab'],
  [/^https:\/\/oidc\.eks\.[a-z0-9-]+\.amazonaws\.com\/id\//, 'kubernetes'],
  [/^https:\/\/container\.googleapis\.com\/v1\/projects\//, 'kubernetes'],
  [/^https:\/\/[a-z0-9-]+\.oic\.prod-aks\.azure\.com\//, 'kubernetes'],
  [/^https:\/\/oidc\.circleci\.com\/org\//, 'circleci'],
  [/^https:\/\/agent\.buildkite\.com$/, 'buildkite'],
  [/^https:\/\/app\.(?:eu\.)?terraform\.io$/, 'terraform-cloud'],
  [/^https:\/\/login\.microsoftonline\.com\//, 'entra'],
  [/^https:\/\/sts\.windows\.net\//, 'entra'],
]

/** The kind of issuer that an address belongs to, where it is nobody's own. */
export function issuerAt(address: string): PresetName | undefined {
  return ADDRESSES.find(([known]) => known.test(address))?.[1]
}

/** What is known of a provider's issuer, by its address or by the preset that the provider names. */
export function knownIssuer(provider: {
  readonly issuer: string
  readonly preset?: PresetName | undefined
}): KnownIssuer | undefined {
  const named = issuerAt(provider.issuer) ?? provider.preset
  if (named === undefined || named === 'keycloak') return undefined
  return { name: named, documentation: PRESETS[named].documentation, ...FACTS[named] }
}
