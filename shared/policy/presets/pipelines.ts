import type { Preset } from './preset.ts'

/**
 * GitHub Actions. `sub` has two forms: names alone, and names with immutable ids
 * (`repo:acme@1001/app@2002:ref:...`). Grants by the mapped ids and names hold under both.
 */
export const github: Preset = {
  documentation: 'https://docs.github.com/en/actions/reference/security/oidc',
  issuer: 'https://token.actions.githubusercontent.com',
  issuerForm: 'https://token.actions.githubusercontent.com',
  algorithms: ['RS256'],
  maxTokenAge: 3600,
  attributeMapping: {
    'google.subject': 'assertion.sub',
    'attribute.repository': 'assertion.repository',
    'attribute.repository_id': 'assertion.repository_id',
    'attribute.repository_owner': 'assertion.repository_owner',
    'attribute.repository_owner_id': 'assertion.repository_owner_id',
    'attribute.ref': 'assertion.ref',
    'attribute.environment': 'assertion.environment',
    'attribute.event_name': 'assertion.event_name',
    'attribute.job_workflow_ref': 'assertion.job_workflow_ref',
  },
  conditionExample: "assertion.repository_owner_id == '1001'",
  claims: {
    iss: 'https://token.actions.githubusercontent.com',
    sub: 'repo:acme@1001/app@2002:ref:refs/heads/main',
    repository: 'acme/app',
    repository_id: '2002',
    repository_owner: 'acme',
    repository_owner_id: '1001',
    repository_visibility: 'private',
    ref: 'refs/heads/main',
    ref_type: 'branch',
    event_name: 'push',
    actor: 'octocat',
    actor_id: '3003',
    workflow: 'deploy',
    workflow_ref: 'acme/app/.github/workflows/deploy.yml@refs/heads/main',
    job_workflow_ref: 'acme/app/.github/workflows/deploy.yml@refs/heads/main',
    run_id: '4004',
    run_number: '1',
    run_attempt: '1',
    runner_environment: 'github-hosted',
  },
}

/** GitLab CI/CD; a self-managed instance is its own issuer. */
export const gitlab: Preset = {
  documentation: 'https://docs.gitlab.com/ci/secrets/id_token_authentication/',
  issuer: 'https://gitlab.com',
  issuerForm: 'https://gitlab.com',
  algorithms: ['RS256'],
  maxTokenAge: 86_400,
  attributeMapping: {
    'google.subject': "'project_id:' + assertion.project_id",
    'attribute.namespace_id': 'assertion.namespace_id',
    'attribute.namespace_path': 'assertion.namespace_path',
    'attribute.project_id': 'assertion.project_id',
    'attribute.project_path': 'assertion.project_path',
    'attribute.ref': 'assertion.ref',
    'attribute.ref_type': 'assertion.ref_type',
    'attribute.ref_protected': 'assertion.ref_protected',
    'attribute.environment': 'assertion.environment',
    'attribute.pipeline_source': 'assertion.pipeline_source',
  },
  conditionExample: "assertion.namespace_id == '72'",
  claims: {
    iss: 'https://gitlab.com',
    sub: 'project_path:acme/app:ref_type:branch:ref:main',
    namespace_id: '72',
    namespace_path: 'acme',
    project_id: '20',
    project_path: 'acme/app',
    user_id: '1',
    user_login: 'sample',
    pipeline_id: '574',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_protected: 'true',
    runner_environment: 'gitlab-hosted',
    sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  },
}

const CIRCLECI_ORG = '0f0a5b3c-5c5e-4f3e-9a53-0b8f5f0c1a11'
const CIRCLECI_PROJECT = '5d7f1f5e-6f64-4ac0-8f5b-c0ffee5a1b22'

/** CircleCI: one issuer for each organisation, its id in the URL. */
export const circleci: Preset = {
  documentation:
    'https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/',
  issuerForm: 'https://oidc.circleci.com/org/ORGANIZATION_ID',
  algorithms: ['RS256'],
  maxTokenAge: 3600,
  // The subject is the project: sub holds the repository and the branch, beyond 127 bytes.
  attributeMapping: {
    'google.subject': "'project/' + assertion['oidc.circleci.com/project-id']",
    'attribute.organization_id': "assertion.sub.extract('org/{id}/project/')",
    'attribute.project_id': "assertion['oidc.circleci.com/project-id']",
    'attribute.vcs_origin': "assertion['oidc.circleci.com/vcs-origin']",
    'attribute.vcs_ref': "assertion['oidc.circleci.com/vcs-ref']",
  },
  conditionFor(issuer) {
    const organization = /^https:\/\/oidc\.circleci\.com\/org\/([0-9a-f-]{36})$/.exec(issuer)?.[1]
    return organization && `assertion.sub.startsWith('org/${organization}/project/')`
  },
  conditionExample: "assertion.sub.startsWith('org/ORGANIZATION_ID/project/')",
  claims: {
    iss: `https://oidc.circleci.com/org/${CIRCLECI_ORG}`,
    sub: `org/${CIRCLECI_ORG}/project/${CIRCLECI_PROJECT}/user/7c9e6679-7425-40de-944b-e07fc1f90ae7`,
    'oidc.circleci.com/project-id': CIRCLECI_PROJECT,
    'oidc.circleci.com/context-ids': [],
    'oidc.circleci.com/ssh-rerun': false,
    'oidc.circleci.com/vcs-origin': 'github.com/acme/app',
    'oidc.circleci.com/vcs-ref': 'refs/heads/main',
  },
}

/**
 * Buildkite. `sub` holds slugs and a commit, so the subject is the pipeline's id: jobs ask for it with
 * `buildkite-agent oidc request-token --claim organization_id,pipeline_id`.
 */
export const buildkite: Preset = {
  documentation: 'https://buildkite.com/docs/agent/v3/cli-oidc',
  issuer: 'https://agent.buildkite.com',
  issuerForm: 'https://agent.buildkite.com',
  algorithms: ['RS256'],
  maxTokenAge: 3600,
  attributeMapping: {
    'google.subject': "'pipeline_id:' + assertion.pipeline_id",
    'attribute.organization_id': 'assertion.organization_id',
    'attribute.pipeline_id': 'assertion.pipeline_id',
    'attribute.pipeline_slug': 'assertion.pipeline_slug',
    'attribute.build_branch': 'assertion.build_branch',
    'attribute.step_key': 'assertion.step_key',
  },
  conditionExample: "assertion.organization_id == '0184990a-477b-4fa8-9968-496074483077'",
  claims: {
    iss: 'https://agent.buildkite.com',
    sub: 'organization:acme-inc:pipeline:app:ref:refs/heads/main:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:build',
    organization_slug: 'acme-inc',
    organization_id: '0184990a-477b-4fa8-9968-496074483077',
    pipeline_slug: 'app',
    pipeline_id: '0184990a-4782-42b5-afc1-16715b10b110',
    build_number: 1,
    build_branch: 'main',
    build_commit: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
    step_key: 'build',
    job_id: '0184990a-477b-4fa8-9968-496074483cee',
    agent_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
  },
}

/** HCP Terraform, once Terraform Cloud; Terraform Enterprise is its own issuer. */
export const terraformCloud: Preset = {
  documentation:
    'https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens',
  issuer: 'https://app.terraform.io',
  issuerForm: 'https://app.terraform.io',
  algorithms: ['RS256'],
  maxTokenAge: 86_400,
  attributeMapping: {
    'google.subject': 'assertion.terraform_workspace_id',
    'attribute.terraform_organization_id': 'assertion.terraform_organization_id',
    'attribute.terraform_project_id': 'assertion.terraform_project_id',
    'attribute.terraform_workspace_id': 'assertion.terraform_workspace_id',
    'attribute.terraform_run_phase': 'assertion.terraform_run_phase',
    'attribute.terraform_full_workspace': 'assertion.terraform_full_workspace',
  },
  conditionExample: "assertion.terraform_organization_id == 'org-GRNbCjYNpBB6NEBH'",
  claims: {
    iss: 'https://app.terraform.io',
    sub: 'organization:acme:project:infra:workspace:prod:run_phase:apply',
    terraform_run_phase: 'apply',
    terraform_workspace_id: 'ws-mbsd5E3Ktt5Rg2Xm',
    terraform_workspace_name: 'prod',
    terraform_organization_id: 'org-GRNbCjYNpBB6NEBH',
    terraform_organization_name: 'acme',
    terraform_project_id: 'prj-vegSA59s1XPwMr2t',
    terraform_project_name: 'infra',
    terraform_run_id: 'run-X3n1AUXNGWbfECsJ',
    terraform_full_workspace: 'organization:acme:project:infra:workspace:prod',
  },
}
