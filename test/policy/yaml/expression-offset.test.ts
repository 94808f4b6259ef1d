import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaints, wholeWith } from '../../support/policy-text.ts'

/** How a condition with an unknown name is written, and where that name stands in the file. */
const SPELLINGS: readonly (readonly [name: string, lines: readonly string[], at: string])[] = [
  ['plain', ['    attributeCondition: true && nobody.sub == "x"'], '7:33'],
  ['in single quotes', ["    attributeCondition: 'true && nobody.sub == ''x'''"], '7:34'],
  ['behind doubled quotes', ["    attributeCondition: '''its'' == nobody.sub'"], '7:37'],
  ['in double quotes', ['    attributeCondition: "true && nobody.sub == \'x\'"'], '7:34'],
  ['behind escapes', ['    attributeCondition: "\\"a\\u0062\\" == nobody.sub"'], '7:41'],
  ['in a literal block', ['    attributeCondition: |', '      true &&', '      nobody.sub'], '9:7'],
  [
    'in a literal block behind an indented line',
    ['    attributeCondition: |-', '      true &&', '        nobody.sub'],
    '9:9',
  ],
  ['in a folded block', ['    attributeCondition: >-', '      true &&', '      nobody.sub'], '9:7'],
  ['over two plain lines', ['    attributeCondition: true &&', '      nobody.sub'], '8:7'],
  [
    'in a folded block with an empty line: the start has to do',
    ['    attributeCondition: >-', '      true &&', '', '      nobody.sub'],
    '7:25',
  ],
  [
    'over two quoted lines: the start has to do',
    ['    attributeCondition: "true &&', '      nobody.sub"'],
    '7:25',
  ],
]

for (const [name, lines, at] of SPELLINGS)
  test(`a mistake in an expression is shown at its character: ${name}`, () => {
    const said = `policy.yaml:${at}: attributeCondition: unknown name \`nobody\``
    assert.deepEqual(complaints(wholeWith(7, ...lines)), [said])
  })

/** A grant under a condition that has a mistake. */
const shared = (id: string) => `  - id: ${id}
    members: ['github:*']
    condition: nobody.sub == 'x'
    serviceAccount: deployer@acme-prod.iam.gserviceaccount.com
    idToken: {audiences: ['https://app.example.com']}
`

test('a condition that two grants share is complained of in each of them', () => {
  const text = `${wholeWith(14, '')}${shared('one')}${shared('two')}`
  assert.deepEqual(complaints(text), [
    'policy.yaml:17:16: condition: unknown name `nobody`',
    'policy.yaml:22:16: condition: unknown name `nobody`',
  ])
})
