import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoadOptions } from '../../shared/policy/load.ts'
import { complaints, loaded, WHOLE } from '../support/policy-text.ts'

/** Includes from a table of texts by path. */
function from(files: Readonly<Record<string, string>>): LoadOptions {
  return {
    readInclude(path) {
      const names = Object.keys(files).filter((name) => name === path || path === 'teams/*.yaml')
      return { ok: true, files: names.map((name) => ({ name, bytes: files[name] ?? '' })) }
    },
  }
}

const TEAM = `version: 1
grants:
  - id: pay
    members: ['github:attribute.repository/acme/pay']
    serviceAccount: pay@acme-pay.iam.gserviceaccount.com
    accessToken: {scopes: [openid, email], maxLifetime: 600}
    idToken: {audiences: ['https://pay.example.com']}
`

const include = (ceiling: string) =>
  `${WHOLE}include:\n  - {files: teams/a.yaml, ceiling: ${ceiling}}\n`
const under = (ceiling: string, team = TEAM) =>
  complaints(include(ceiling), from({ 'teams/a.yaml': team }))
const AT = 'the ceiling at policy.yaml:16:27'

/** A ceiling over the team's file, and what it says of the team's grant. */
const CEILINGS: readonly (readonly [ceiling: string, ...said: readonly string[]])[] = [
  ['{maxLifetime: 600}'],
  ['{maxLifetime: 599}', `6:57: maxLifetime 600 exceeds ${AT}`],
  ['{scopes: [openid, email, profile]}'],
  ['{scopes: [openid]}', `6:36: scope email exceeds ${AT}`],
  ['{scopes: []}', `6:28: scope openid exceeds ${AT}`, `6:36: scope email exceeds ${AT}`],
  ["{audiences: ['https://pay.example.com']}"],
  ['{audiences: []}', `7:27: audience https://pay.example.com exceeds ${AT}`],
  ['{serviceAccounts: [pay@acme-pay.iam.gserviceaccount.com]}'],
  ["{serviceAccounts: ['*@acme-pay.iam.gserviceaccount.com']}"],
  [
    "{serviceAccounts: ['*@pay.iam.gserviceaccount.com']}",
    `5:21: serviceAccount pay@acme-pay.iam.gserviceaccount.com exceeds ${AT}`,
  ],
  ["{members: ['github:*']}"],
  ["{members: ['github:attribute.repository/acme/*']}"],
  ["{members: ['github:attribute.repository/acme/pay']}"],
  ['{members: []}', `4:15: member github:attribute.repository/acme/pay exceeds ${AT}`],
  [
    "{members: ['github:attribute.repository/acme/payments']}",
    `4:15: member github:attribute.repository/acme/pay exceeds ${AT}`,
  ],
  [
    "{members: ['github:subject/*']}",
    `4:15: member github:attribute.repository/acme/pay exceeds ${AT}`,
  ],
]

for (const [ceiling, ...said] of CEILINGS)
  test(`under the ceiling ${ceiling} a grant is ${said.length === 0 ? 'kept' : 'refused'}`, () => {
    assert.deepEqual(
      under(ceiling),
      said.map((message) => `teams/a.yaml:${message}`),
    )
  })

test('a delegate must be an account under the ceiling, or named as a delegate', () => {
  const delegated = TEAM.replace(
    '    idToken',
    '    delegates: [hop@acme-hub.iam.gserviceaccount.com]\n    idToken',
  )
  const accounts = "serviceAccounts: ['*@acme-pay.iam.gserviceaccount.com']"
  assert.deepEqual(under(`{${accounts}}`, delegated), [
    `teams/a.yaml:7:17: delegate hop@acme-hub.iam.gserviceaccount.com exceeds ${AT}`,
  ])
  assert.deepEqual(
    under(`{${accounts}, delegates: [hop@acme-hub.iam.gserviceaccount.com]}`, delegated),
    [],
  )
})

test('a default lifetime is measured like a written one', () => {
  const silent = TEAM.replace(', maxLifetime: 600', '')
  assert.deepEqual(under('{maxLifetime: 900}', silent), [
    `teams/a.yaml:6:18: maxLifetime 3600 exceeds ${AT}`,
  ])
})

/** The team's file with a ceiling of its own. */
const own = (ceiling: string) => TEAM.replace('grants:', `ceiling: ${ceiling}\ngrants:`)

test("a file's own ceiling narrows, and cannot widen, what it was given", () => {
  assert.deepEqual(under('{maxLifetime: 600}', own('{maxLifetime: 300}')), [
    'teams/a.yaml:7:57: maxLifetime 600 exceeds the ceiling at teams/a.yaml:2:1',
  ])
  assert.deepEqual(under('{maxLifetime: 300}', own('{maxLifetime: 43200}')), [
    `teams/a.yaml:7:57: maxLifetime 600 exceeds ${AT}`,
  ])
})

test("the main file's ceiling bounds every grant, its own included", () => {
  const text = `${WHOLE}ceiling: {maxLifetime: 500}\ninclude: [teams/a.yaml]\n`
  assert.deepEqual(complaints(text, from({ 'teams/a.yaml': TEAM })), [
    'policy.yaml:14:20: maxLifetime 900 exceeds the ceiling at policy.yaml:15:1',
    'teams/a.yaml:6:57: maxLifetime 600 exceeds the ceiling at policy.yaml:15:1',
  ])
})

/** What may be wrong with a ceiling itself. */
const BAD_CEILINGS: readonly (readonly [ceiling: string, said: string])[] = [
  ['{}', '16:36: ceiling must bound something'],
  ["{members: ['gitlab:*']}", '16:47: there is no provider "gitlab"'],
  [
    "{members: ['github:attribute.repository/acme*']}",
    '16:47: a * may stand only behind the last slash or colon',
  ],
  [
    "{members: ['github:attribute.repository/*/x']}",
    '16:47: a * may stand only behind the last slash or colon',
  ],
  [
    "{serviceAccounts: ['*']}",
    '16:55: serviceAccounts must be e-mails of service accounts, or *@PROJECT.iam.gserviceaccount.com',
  ],
  [
    "{serviceAccounts: ['*@*.iam.gserviceaccount.com']}",
    '16:55: serviceAccounts must be e-mails of service accounts, or *@PROJECT.iam.gserviceaccount.com',
  ],
]

for (const [ceiling, said] of BAD_CEILINGS)
  test(`the ceiling ${ceiling} is refused`, () => {
    const team = 'version: 1\n'
    assert.deepEqual(under(ceiling, team), [`policy.yaml:${said}`])
  })

test('included grants join the main file, and their tests are kept', () => {
  const files = {
    'teams/a.yaml': `${TEAM}tests:\n  - {name: t, provider: github, expect: {refused: scope}}\n`,
  }
  const result = loaded(include('{maxLifetime: 600}'), from(files))
  assert.deepEqual(
    [...result.policy.grantsByMember.values()].flat().map(({ id }) => id),
    ['deploy', 'pay'],
  )
  assert.deepEqual(
    result.files.map(({ source, tests }) => [source.file, tests.length]),
    [
      ['policy.yaml', 0],
      ['teams/a.yaml', 1],
    ],
  )
  assert.deepEqual(result.includes, ['teams/a.yaml'])
})

/** Main files and what they include, and what is said. */
const INCLUDES: readonly (readonly [
  name: string,
  entries: string,
  files: Readonly<Record<string, string>>,
  ...said: readonly string[],
])[] = [
  [
    'a path without any ceiling',
    '[teams/a.yaml]',
    { 'teams/a.yaml': TEAM },
    'policy.yaml:15:11: included files need a ceiling: give one to this entry, or to the whole policy',
  ],
  [
    'no file',
    '[{files: teams/b.yaml, ceiling: {maxLifetime: 900}}]',
    {},
    'policy.yaml:15:19: no file is at teams/b.yaml',
  ],
  [
    'a file twice',
    '[{files: teams/*.yaml, ceiling: {maxLifetime: 900}}, {files: teams/a.yaml, ceiling: {maxLifetime: 900}}]',
    { 'teams/a.yaml': TEAM },
    'policy.yaml:15:71: teams/a.yaml is included twice',
  ],
  [
    'an id of the main file',
    '[{files: teams/a.yaml, ceiling: {maxLifetime: 900}}]',
    { 'teams/a.yaml': TEAM.replace('id: pay', 'id: deploy') },
    'teams/a.yaml:3:9: id deploy is taken already, at policy.yaml:9:9',
  ],
  [
    'providers, denials and includes of its own',
    '[{files: teams/a.yaml, ceiling: {maxLifetime: 900}}]',
    { 'teams/a.yaml': 'version: 1\nproviders: []\ndenials: []\ninclude: []\n' },
    'teams/a.yaml:2:12: providers may stand only in the main file',
    'teams/a.yaml:3:10: denials may stand only in the main file',
    'teams/a.yaml:4:10: include may stand only in the main file',
  ],
  [
    'mistakes in two files',
    '[{files: teams/*.yaml, ceiling: {maxLifetime: 900}}]',
    { 'teams/a.yaml': 'version: 2\n', 'teams/b.yaml': 'x: 1\nx: 2\n' },
    'teams/a.yaml:1:10: version must be 1',
    'teams/b.yaml:2:1: the key "x" is there twice',
  ],
]

for (const [name, entries, files, ...said] of INCLUDES)
  test(`including ${name} is refused`, () => {
    assert.deepEqual(complaints(`${WHOLE}include: ${entries}\n`, from(files)), said)
  })

for (const path of [
  '../x.yaml',
  '/etc/x.yaml',
  'a/../../x.yaml',
  './x.yaml',
  'a//b.yaml',
  'a\\b.yaml',
  '',
])
  test(`the include path ${JSON.stringify(path)} is refused`, () => {
    assert.deepEqual(complaints(`${WHOLE}include: ['${path}']\n`), [
      'policy.yaml:15:11: files must be a path under the directory of this file, * for any name, as in teams/*.yaml',
    ])
  })

test('a text alone includes nothing', () => {
  assert.deepEqual(complaints(include('{maxLifetime: 900}')), [
    'policy.yaml:16:13: included files cannot be read here',
  ])
})

test('the digest changes with an included file, and not with the order of files', () => {
  const text = `${WHOLE}include: [{files: teams/*.yaml, ceiling: {maxLifetime: 900}}]\n`
  const other = TEAM.replace('id: pay', 'id: other')
  const digest = (files: Readonly<Record<string, string>>) => loaded(text, from(files)).digest
  const first = digest({ 'teams/a.yaml': TEAM, 'teams/b.yaml': other })
  assert.equal(digest({ 'teams/b.yaml': other, 'teams/a.yaml': TEAM }), first)
  assert.notEqual(digest({ 'teams/a.yaml': other, 'teams/b.yaml': TEAM }), first)
  assert.notEqual(digest({ 'teams/a.yaml': TEAM, 'teams/b.yaml': `${other}\n` }), first)
})
