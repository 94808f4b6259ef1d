import { textOf, type Shape } from './shape.ts'

/**
 * GitHub Actions (docs.github.com, "OpenID Connect reference"). The subject follows the other
 * claims: environment, pull request, or ref. Identifiers are strings, as GitHub writes them.
 */
export const github: Shape = {
  lifetime: 300,
  audience: 'https://github.com/acme',
  claims: (given, id) => {
    const owner = textOf(given, 'repository_owner', 'acme')
    const repository = textOf(given, 'repository', `${owner}/app`)
    const ref = textOf(given, 'ref', 'refs/heads/main')
    const event = textOf(given, 'event_name', 'push')
    const workflow = `${repository}/.github/workflows/deploy.yml@${ref}`
    const sha = '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432'
    const environment = given['environment']
    const context =
      typeof environment === 'string'
        ? `environment:${environment}`
        : event === 'pull_request'
          ? 'pull_request'
          : `ref:${ref}`
    return {
      jti: id,
      sub: `repo:${repository}:${context}`,
      ref,
      sha,
      repository,
      repository_id: '2002',
      repository_owner: owner,
      repository_owner_id: '1001',
      repository_visibility: 'private',
      run_id: '17203948561',
      run_number: '42',
      run_attempt: '1',
      check_run_id: '48712345678',
      runner_environment: 'github-hosted',
      actor: 'octocat',
      actor_id: '583231',
      workflow: 'deploy',
      workflow_ref: workflow,
      workflow_sha: sha,
      job_workflow_ref: workflow,
      job_workflow_sha: sha,
      head_ref: '',
      base_ref: '',
      event_name: event,
      ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
      ref_protected: 'true',
    }
  },
}
