import { textOf, type Shape } from './shape.ts'

/**
 * GitLab CI/CD `id_tokens` (docs.gitlab.com, "OpenID Connect authentication using ID tokens").
 * Identifiers and flags are strings; `runner_id` is a number.
 */
export const gitlab: Shape = {
  lifetime: 3600,
  audience: 'https://gitlab.example.com',
  claims: (given, id) => {
    const namespace = textOf(given, 'namespace_path', 'acme')
    const project = textOf(given, 'project_path', `${namespace}/app`)
    const ref = textOf(given, 'ref', 'main')
    const refType = textOf(given, 'ref_type', 'branch')
    return {
      jti: id,
      sub: `project_path:${project}:ref_type:${refType}:ref:${ref}`,
      namespace_id: '72',
      namespace_path: namespace,
      project_id: '20',
      project_path: project,
      project_visibility: 'private',
      user_id: '1',
      user_login: 'sample',
      user_email: 'sample@acme.example',
      user_access_level: 'maintainer',
      groups_direct: [namespace, `${namespace}/platform`],
      pipeline_id: '574',
      pipeline_source: 'push',
      job_id: '302',
      ref,
      ref_type: refType,
      ref_path: refType === 'tag' ? `refs/tags/${ref}` : `refs/heads/${ref}`,
      ref_protected: 'true',
      runner_id: 1,
      runner_environment: 'self-hosted',
      sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
      ci_config_ref_uri: `gitlab.example.com/${project}//.gitlab-ci.yml@refs/heads/main`,
      ci_config_sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    }
  },
}
