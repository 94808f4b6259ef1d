import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRESETS } from '../../../shared/policy/presets/expand.ts'
import { KNOWN_CLAIMS, sendsClaim } from '../../../shared/policy/presets/known-claims.ts'
import { PRESET_NAMES } from '../../../shared/policy/presets/names.ts'
import { findings, policyOf, rulesThatFind } from '../../support/lint.ts'

/** What is found without the place, the rule behind. */
function said(text: string): readonly string[] {
  return findings(text).map((one) => one.split(': ').slice(1).join(': '))
}

const unknown: readonly (readonly [string, string])[] = [
  [
    "assertion.reff == 'refs/heads/main'",
    'tokens of github have no claim reff, did you mean ref? [unknown-claim]',
  ],
  [
    "assertion['repositry_owner_id'] == '1001'",
    'tokens of github have no claim repositry_owner_id, did you mean repository_owner_id? [unknown-claim]',
  ],
  [
    "!has(assertion.event_nam) && assertion.actor == 'a'",
    'tokens of github have no claim event_nam, did you mean event_name? [unknown-claim]',
  ],
  [
    "!('pull_request' in assertion) && assertion.actor == 'a'",
    'tokens of github have no claim pull_request [unknown-claim]',
  ],
]
for (const [grantCondition, message] of unknown) {
  test(`unknown: ${grantCondition}`, () => {
    assert.deepEqual(said(policyOf({ grantCondition })), [message])
  })
}

test('an unknown claim is found in conditions of providers and denials and in mappings, at its place', () => {
  const mapping =
    'google.subject: assertion.repository_id, attribute.repository_id: assertion.repository_id, attribute.x: assertion.acto'
  const more =
    "denials:\n  - {id: nobody, members: ['main:*'], condition: assertion.event_nam == 'x'}\n"
  const condition = "assertion.repository_owner_id == '1001' && assertion.acto == 'a'"
  assert.deepEqual(findings(policyOf({ mapping, condition, more })), [
    'policy.yaml:7:138: tokens of github have no claim acto, did you mean actor? [unknown-claim]',
    'policy.yaml:9:60: tokens of github have no claim acto, did you mean actor? [unknown-claim]',
    'policy.yaml:18:60: tokens of github have no claim event_nam, did you mean event_name? [unknown-claim]',
  ])
})

const forms: readonly (readonly [string, string])[] = [
  [
    'assertion.actor_id == 2002',
    "tokens of github have actor_id as a string, it never equals 2002: write '2002'",
  ],
  [
    'assertion.ref_protected == true',
    "tokens of github have ref_protected as a string, it never equals true: write 'true'",
  ],
  [
    "assertion.run_number in ['1', 2]",
    "tokens of github have run_number as a string, it never equals 2: write '2'",
  ],
  [
    "assertion.actor_id == 'acme'",
    "tokens of github have actor_id as in '1001', it never equals 'acme'",
  ],
  [
    "'main' == assertion.ref",
    "tokens of github have ref as in 'refs/heads/main', it never equals 'main'",
  ],
  [
    "attribute.repository != 'app'",
    "tokens of github have repository as in 'acme/app', it never equals 'app'",
  ],
  ['assertion.ref', 'tokens of github have ref as a string, it is never true: compare it'],
  [
    "!assertion.ref_protected && assertion.actor == 'a'",
    'tokens of github have ref_protected as a string, it is never true: compare it',
  ],
  ["'admin' in assertion.actor", 'tokens of github have actor as a string, nothing is in it'],
]
for (const [grantCondition, message] of forms) {
  test(`never sent so: ${grantCondition}`, () => {
    assert.deepEqual(said(policyOf({ grantCondition })), [`${message} [claim-form]`])
  })
}

test('a member of a form that is never sent is found', () => {
  assert.deepEqual(findings(policyOf({ members: 'main:attribute.repository_id/acme/app' })), [
    "policy.yaml:12:15: tokens of github have repository_id as in '1001', it never equals 'acme/app' [claim-form]",
  ])
})

const sent: readonly string[] = [
  "assertion.ref == 'refs/pull/7/merge' || assertion.ref == 'refs/tags/v1'",
  'has(assertion.environment)',
  "assertion.repo_property_team == 'core'",
  'assertion.iat > 1750000000 && assertion.exp >= 1.5',
  "'https://bureau.example.com' in assertion.aud",
  "assertion.aud == 'https://bureau.example.com'",
  "assertion.check_run_id == 7 || assertion.check_run_id == '7'",
  "attribute.repository_id == '2002' && assertion.base_ref != ''",
  'assertion.environment != null',
]
for (const grantCondition of sent) {
  test(`may be sent: ${grantCondition}`, () => {
    assert.deepEqual(
      rulesThatFind(policyOf({ grantCondition })).filter((rule) => rule !== 'absorbed-error'),
      [],
    )
  })
}

const custom: readonly string[] = [
  'https://sso.acme.example',
  'https://login.microsoftonline.com/2f4a9838-26b7-47ee-be60-ccc1fdec5953/v2.0',
  'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC',
]
for (const issuer of custom) {
  test(`claims of their own are nothing strange: ${issuer}`, () => {
    const grantCondition = "assertion.reff == 2002 && assertion.emial == 'x' && assertion.flag"
    const condition = "assertion.tid == 'x' && assertion['kubernetes.io'].namespace == 'a'"
    assert.deepEqual(rulesThatFind(policyOf({ issuer, condition, grantCondition })), [])
  })
}

/** What is found in a grant's condition where the issuer is GitLab. */
function gitlab(grantCondition: string): readonly string[] {
  const condition = "assertion.namespace_id == '72'"
  return said(policyOf({ issuer: 'https://gitlab.com', condition, grantCondition }))
}

test('of issuers that may add claims, only slips are told', () => {
  assert.deepEqual(gitlab("assertion.new_claim_of_next_year == 'x'"), [])
  assert.deepEqual(gitlab("assertion.ref_protectd == 'true'"), [
    'tokens of gitlab have no claim ref_protectd, did you mean ref_protected? [unknown-claim]',
  ])
  assert.deepEqual(gitlab("assertion.runner_id == '7'"), [
    'tokens of gitlab have runner_id as a number, it never equals "7" [claim-form]',
  ])
  assert.deepEqual(gitlab("assertion.ref == 'refs/heads/main'"), [
    "tokens of gitlab have ref as in 'main', it never equals 'refs/heads/main' [claim-form]",
  ])
})

test('a denial of everybody may read what one of several issuers sends', () => {
  const second = `  - id: second
    issuer: https://ci.acme.example
    audiences: [https://own.example.com]
    exchange: impersonation
    attributeMapping: {google.subject: assertion.sub}
    attributeCondition: assertion.sub == 'job'
grants:
`
  const more = 'denials:\n  - {id: nobody, condition: has(assertion.reff) && assertion.reff == 7}\n'
  const text = policyOf({ more })
  assert.deepEqual(rulesThatFind(text), ['unknown-claim'])
  assert.deepEqual(rulesThatFind(text.replace('grants:\n', second)), [])
})

for (const name of PRESET_NAMES) {
  const known = KNOWN_CLAIMS[name]
  if (known === undefined) continue
  test(`the typical token of ${name} has claims that are known, in their type and form`, () => {
    for (const [claim, value] of Object.entries(PRESETS[name].claims)) {
      assert.equal(sendsClaim(known, claim), true, claim)
      const type = known.types.get(claim)
      const given = Array.isArray(value)
        ? 'list'
        : typeof value === 'boolean'
          ? 'bool'
          : typeof value
      assert.ok(type === 'any' || type === given, claim)
      const form = known.forms.get(claim)
      if (typeof value === 'string') assert.match(value, form?.pattern ?? /^/, claim)
      if (form !== undefined) assert.match(form.example, form.pattern)
    }
  })
}
