import { closest } from '../closest.ts'
import type { PresetName } from './names.ts'

/** The type of a claim; `any` where several are sent, or it is not documented. */
export type ClaimType = 'string' | 'number' | 'bool' | 'list' | 'any'

/** What the text of a claim looks like, always. */
export interface ClaimForm {
  readonly pattern: RegExp
  readonly example: string
}

/** The claims that a kind of issuer sends, by its own documentation. */
export interface KnownClaims {
  /** Whether a claim that is not listed is sent by nobody; else only slips of the finger are told. */
  readonly complete: boolean
  readonly types: ReadonlyMap<string, ClaimType>
  readonly forms: ReadonlyMap<string, ClaimForm>
}

/** Whether an issuer sends a claim of that name; undefined where nobody can tell. */
export function sendsClaim({ complete, types }: KnownClaims, claim: string): boolean | undefined {
  if (types.has(claim) || claim.startsWith('repo_property_')) return true
  return complete || nearClaim({ types }, claim) !== undefined ? false : undefined
}

/** The claim that is meant by a name with a slip in it. */
export function nearClaim(
  { types }: Pick<KnownClaims, 'types'>,
  claim: string,
): string | undefined {
  return closest(claim, types.keys(), Math.min(2, claim.length / 4))
}

const DIGITS: ClaimForm = { pattern: /^[0-9]+$/, example: '1001' }
const UUID: ClaimForm = {
  pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  example: '0184990a-477b-4fa8-9968-496074483077',
}
const FULL_REF: ClaimForm = { pattern: /^(?:refs\/|$)/, example: 'refs/heads/main' }
const REF_TYPE: ClaimForm = { pattern: /^(?:branch|tag)$/, example: 'branch' }
const YES_OR_NO: ClaimForm = { pattern: /^(?:true|false)$/, example: 'true' }
const TWO_NAMES: ClaimForm = { pattern: /^[^/]+\/[^/]+$/, example: 'acme/app' }

/**
 * Issuers whose claims are fixed and documented, see the `documentation` of their presets. Not here:
 * those whose administrators add claims of their own (Keycloak, Entra, Kubernetes).
 */
export const KNOWN_CLAIMS: Readonly<Partial<Record<PresetName, KnownClaims>>> = {
  // Also claims_supported of https://token.actions.githubusercontent.com/.well-known/openid-configuration.
  github: claims({
    complete: true,
    string:
      'actor actor_id base_ref enterprise enterprise_id environment environment_node_id event_name ' +
      'head_ref job_workflow_ref job_workflow_sha ref ref_protected ref_type repository ' +
      'repository_id repository_owner repository_owner_id repository_visibility run_attempt run_id ' +
      'run_number runner_environment sha workflow workflow_ref workflow_sha',
    any: 'check_run_id issuer_scope',
    forms: {
      actor_id: DIGITS,
      repository_id: DIGITS,
      repository_owner_id: DIGITS,
      ref: FULL_REF,
      ref_type: REF_TYPE,
      ref_protected: YES_OR_NO,
      repository: TWO_NAMES,
    },
  }),
  gitlab: claims({
    string:
      'namespace_id namespace_path project_id project_path user_id user_login user_email ' +
      'user_access_level job_project_id job_project_path job_namespace_id job_namespace_path ' +
      'pipeline_id pipeline_source job_id ref ref_type ref_path ref_protected environment ' +
      'environment_protected deployment_tier environment_action runner_environment sha ' +
      'project_visibility ci_config_ref_uri ci_config_sha',
    number: 'runner_id',
    list: 'groups_direct user_identities',
    any: 'job_source job_config',
    forms: {
      namespace_id: DIGITS,
      project_id: DIGITS,
      user_id: DIGITS,
      ref: { pattern: /^(?!refs\/(?:heads|tags)\/)/, example: 'main' },
      ref_path: FULL_REF,
      ref_type: REF_TYPE,
      ref_protected: YES_OR_NO,
    },
  }),
  circleci: claims({
    prefix: 'oidc.circleci.com/',
    string:
      'project-id org-id job-id pipeline-id pipeline-definition-id workflow-id vcs-origin vcs-ref',
    bool: 'ssh-rerun',
    list: 'context-ids',
    forms: { 'project-id': UUID, 'vcs-ref': FULL_REF },
  }),
  buildkite: claims({
    string:
      'organization_slug organization_id pipeline_slug pipeline_id build_branch build_tag ' +
      'build_commit build_source step_key job_id agent_id cluster_id cluster_name queue_id ' +
      'queue_key runner_environment',
    number: 'build_number',
    any: 'build_id',
    forms: { organization_id: UUID, pipeline_id: UUID },
  }),
  'terraform-cloud': claims({
    string:
      'terraform_run_phase terraform_workspace_id terraform_workspace_name ' +
      'terraform_organization_id terraform_organization_name terraform_project_id ' +
      'terraform_project_name terraform_run_id terraform_full_workspace terraform_stack_id ' +
      'terraform_stack_name terraform_stack_deployment_name',
  }),
}

/** Names of each type between spaces, and what every issuer sends beside them. */
function claims(
  listed: Readonly<Partial<Record<ClaimType, string>>> & {
    readonly complete?: boolean
    readonly prefix?: string
    readonly forms?: Readonly<Record<string, ClaimForm>>
  },
): KnownClaims {
  const { complete = false, prefix = '', forms = {} } = listed
  const types = new Map<string, ClaimType>([
    ...['iss', 'sub', 'jti'].map((name) => [name, 'string'] as const),
    ...['iat', 'exp', 'nbf'].map((name) => [name, 'number'] as const),
    ['aud', 'any'],
  ])
  for (const type of ['string', 'number', 'bool', 'list', 'any'] as const)
    for (const name of listed[type]?.split(' ') ?? []) types.set(`${prefix}${name}`, type)
  const named = Object.entries(forms).map(([name, form]) => [`${prefix}${name}`, form] as const)
  return { complete, types, forms: new Map(named) }
}
