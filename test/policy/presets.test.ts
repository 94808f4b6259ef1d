import assert from 'node:assert/strict'
import { test } from 'node:test'
import { membersOf } from '../../shared/domain/principal.ts'
import { knownIssuer } from '../../shared/policy/issuers.ts'
import { expandPreset, PRESETS } from '../../shared/policy/presets/expand.ts'
import { PRESET_NAMES, type PresetName } from '../../shared/policy/presets/names.ts'
import { complaints, loaded } from '../support/policy-text.ts'

/** A policy of one provider by preset, the rest filled in as an author has to. */
function policyOf(preset: PresetName, more: Readonly<Record<string, unknown>> = {}): string {
  const { issuer, claims, conditionFor, conditionExample } = PRESETS[preset]
  const provider = {
    id: 'preset',
    preset,
    exchange: 'impersonation',
    audiences: ['https://bureau.example.com'],
    ...(issuer === undefined ? { issuer: claims['iss'] } : {}),
    ...(conditionFor === undefined ? { attributeCondition: conditionExample } : {}),
    ...more,
  }
  return JSON.stringify({ version: 1, providers: [provider] })
}

function providerOf(text: string) {
  const [provider] = [...loaded(text).policy.providersByIssuer.values()].flat()
  if (provider === undefined) throw new Error('no provider')
  return provider
}

/** What the typical token of each preset is mapped to. */
const MEMBERS: Readonly<Record<PresetName, readonly string[]>> = {
  github: [
    'subject/repo:acme@1001/app@2002:ref:refs/heads/main',
    'attribute.repository/acme/app',
    'attribute.repository_id/2002',
    'attribute.repository_owner/acme',
    'attribute.repository_owner_id/1001',
    'attribute.ref/refs/heads/main',
    'attribute.event_name/push',
    'attribute.job_workflow_ref/acme/app/.github/workflows/deploy.yml@refs/heads/main',
    '*',
  ],
  gitlab: [
    'subject/project_id:20',
    'attribute.namespace_id/72',
    'attribute.namespace_path/acme',
    'attribute.project_id/20',
    'attribute.project_path/acme/app',
    'attribute.ref/main',
    'attribute.ref_type/branch',
    'attribute.ref_protected/true',
    'attribute.pipeline_source/push',
    '*',
  ],
  kubernetes: [
    'subject/system:serviceaccount:payments:api',
    'attribute.namespace/payments',
    'attribute.service_account_name/api',
    'attribute.service_account_uid/e6a8680e-d103-4cce-80ea-03acbbeacf7d',
    '*',
  ],
  circleci: [
    'subject/project/5d7f1f5e-6f64-4ac0-8f5b-c0ffee5a1b22',
    'attribute.organization_id/0f0a5b3c-5c5e-4f3e-9a53-0b8f5f0c1a11',
    'attribute.project_id/5d7f1f5e-6f64-4ac0-8f5b-c0ffee5a1b22',
    'attribute.vcs_origin/github.com/acme/app',
    'attribute.vcs_ref/refs/heads/main',
    '*',
  ],
  buildkite: [
    'subject/pipeline_id:0184990a-4782-42b5-afc1-16715b10b110',
    'attribute.organization_id/0184990a-477b-4fa8-9968-496074483077',
    'attribute.pipeline_id/0184990a-4782-42b5-afc1-16715b10b110',
    'attribute.pipeline_slug/app',
    'attribute.build_branch/main',
    'attribute.step_key/build',
    '*',
  ],
  'terraform-cloud': [
    'subject/ws-mbsd5E3Ktt5Rg2Xm',
    'attribute.terraform_organization_id/org-GRNbCjYNpBB6NEBH',
    'attribute.terraform_project_id/prj-vegSA59s1XPwMr2t',
    'attribute.terraform_workspace_id/ws-mbsd5E3Ktt5Rg2Xm',
    'attribute.terraform_run_phase/apply',
    'attribute.terraform_full_workspace/organization:acme:project:infra:workspace:prod',
    '*',
  ],
  entra: [
    'subject/7b1f4c5e-3b0e-4d6c-9f43-0a6a3c1d7e21',
    'group/b1a2c3d4-0000-4000-8000-000000000001',
    'attribute.tid/2f4a9838-26b7-47ee-be60-ccc1fdec5953',
    'attribute.oid/7b1f4c5e-3b0e-4d6c-9f43-0a6a3c1d7e21',
    'attribute.application_id/6fa1d4b2-94a2-4b55-9d0b-1f5a2d3c4e5f',
    '*',
  ],
  keycloak: [
    'subject/f3b1c6b2-6a3c-4f0c-8a8e-2f6f1f0f9a77',
    'group//payments/operators',
    'attribute.azp/batch-jobs',
    '*',
  ],
}

for (const name of PRESET_NAMES)
  test(`the preset ${name} maps a typical token`, () => {
    const mapped = providerOf(policyOf(name)).attributes.apply(PRESETS[name].claims)
    assert.deepEqual(
      membersOf('p', mapped),
      MEMBERS[name].map((member) => `p:${member}`),
    )
  })

test("both forms of GitHub's sub lead to the same members but the subject", () => {
  const { attributes } = providerOf(policyOf('github'))
  const members = (sub: string) =>
    membersOf('p', attributes.apply({ ...PRESETS.github.claims, sub })).slice(1)
  assert.deepEqual(
    members('repo:acme/app:ref:refs/heads/main'),
    members('repo:acme@1001/app@2002:ref:refs/heads/main'),
  )
})

test("both forms of CircleCI's sub are mapped alike", () => {
  const { attributes } = providerOf(policyOf('circleci'))
  const { claims } = PRESETS.circleci
  const long = `${claims['sub'] as string}/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/main`
  assert.deepEqual(
    membersOf('p', attributes.apply({ ...claims, sub: long })),
    membersOf('p', attributes.apply(claims)),
  )
})

test('what the file says wins over the preset, name by name in the mapping', () => {
  const provider = providerOf(
    policyOf('github', {
      maxTokenAge: 60,
      attributeMapping: { 'google.subject': 'assertion.repository_id' },
    }),
  )
  assert.equal(provider.maxTokenAge, 60)
  const mapped = provider.attributes.apply(PRESETS.github.claims)
  assert.equal(mapped.subject, '2002')
  assert.equal(mapped.attributes.get('repository'), 'acme/app')
})

test('a self-managed GitLab has its own issuer', () => {
  assert.equal(
    providerOf(policyOf('gitlab', { issuer: 'https://git.acme.example' })).issuer,
    'https://git.acme.example',
  )
})

/** Issuers of one tenant, and the condition that follows from their address. */
const CONDITIONS: readonly (readonly [
  preset: PresetName,
  issuer: string,
  condition: string | undefined,
])[] = [
  [
    'circleci',
    'https://oidc.circleci.com/org/0f0a5b3c-5c5e-4f3e-9a53-0b8f5f0c1a11',
    "assertion.sub.startsWith('org/0f0a5b3c-5c5e-4f3e-9a53-0b8f5f0c1a11/project/')",
  ],
  ['circleci', 'https://circleci.acme.example', undefined],
  [
    'entra',
    'https://sts.windows.net/2f4a9838-26b7-47ee-be60-ccc1fdec5953/',
    "assertion.tid == '2f4a9838-26b7-47ee-be60-ccc1fdec5953'",
  ],
  [
    'entra',
    'https://login.microsoftonline.com/2f4a9838-26b7-47ee-be60-ccc1fdec5953/v2.0',
    "assertion.tid == '2f4a9838-26b7-47ee-be60-ccc1fdec5953'",
  ],
  ['entra', 'https://login.microsoftonline.com/common/v2.0', undefined],
  [
    'kubernetes',
    'https://kubernetes.example.com',
    "assertion.sub.startsWith('system:serviceaccount:')",
  ],
]

for (const [preset, issuer, condition] of CONDITIONS)
  test(`the condition of ${preset} at ${issuer}`, () => {
    assert.equal(expandPreset({ preset, issuer })['attributeCondition'], condition)
  })

/** A provider by preset alone. */
const provider = (text: string) =>
  `version: 1\nproviders:\n  - id: preset\n    preset: ${text}\n    exchange: impersonation\n    audiences: [a]\n`

test('a preset for many tenants leaves the condition, one for one tenant the issuer, to the author', () => {
  assert.deepEqual(complaints(provider('github')), [
    "policy.yaml:3:5: attributeCondition is missing: write your own tenant, as in assertion.repository_owner_id == '1001'",
  ])
  assert.deepEqual(complaints(provider('circleci')), [
    'policy.yaml:3:5: issuer is missing: it is https://oidc.circleci.com/org/ORGANIZATION_ID',
    "policy.yaml:3:5: attributeCondition is missing: write your own tenant, as in assertion.sub.startsWith('org/ORGANIZATION_ID/project/')",
  ])
})

/** Addresses of issuers, and whose they are. */
const ISSUERS: readonly (readonly [issuer: string, name: PresetName | undefined])[] = [
  ['https://token.actions.githubusercontent.com', 'github'],
  ['https://token.actions.githubusercontent.com/acme', 'github'],
  ['https://token.actions.acme.ghe.com', 'github'],
  ['https://token.actions.githubusercontent.com.evil.example', undefined],
  ['https://gitlab.com', 'gitlab'],
  ['https://gitlab.company.example', undefined],
  ['https://oidc.eks.eu-west-1.amazonaws.com/id/ABC', 'kubernetes'],
  ['https://container.googleapis.com/v1/projects/p/locations/l/clusters/c', 'kubernetes'],
  ['https://westeurope.oic.prod-aks.azure.com/t/c/', 'kubernetes'],
  ['https://oidc.circleci.com/org/0f0a', 'circleci'],
  ['https://agent.buildkite.com', 'buildkite'],
  ['https://app.terraform.io', 'terraform-cloud'],
  ['https://app.eu.terraform.io', 'terraform-cloud'],
  ['https://login.microsoftonline.com/t/v2.0', 'entra'],
  ['https://sts.windows.net/t/', 'entra'],
  ['https://idp.example.com', undefined],
]

for (const [issuer, name] of ISSUERS)
  test(`${issuer} is known as ${name ?? 'nobody'}`, () => {
    assert.equal(knownIssuer({ issuer })?.name, name)
  })

test('an issuer that has an address of its own is known by its preset', () => {
  assert.equal(
    knownIssuer({ issuer: 'https://git.acme.example', preset: 'gitlab' })?.name,
    'gitlab',
  )
  assert.equal(knownIssuer({ issuer: 'https://sso.acme.example', preset: 'keycloak' }), undefined)
})

test('each known issuer carries an immutable claim in its typical token', () => {
  for (const name of PRESET_NAMES) {
    const { claims } = PRESETS[name]
    const known = knownIssuer({ issuer: claims['iss'] as string, preset: name })
    if (name === 'keycloak') assert.equal(known, undefined)
    else
      assert.ok(
        known?.immutable.some((claim) => claim in claims),
        name,
      )
  }
})
