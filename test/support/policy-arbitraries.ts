import * as fc from 'fast-check'
import { ACCOUNTS, anyOf, AUDIENCES, PROVIDERS, SCOPES, SUBJECTS, VALUES } from './policy-names.ts'

/** The parts of a policy file, as JSON, which is YAML too. */
export interface PolicyParts {
  readonly grants: readonly GrantParts[]
  readonly denials: readonly object[]
}

/** A grant of a policy file. */
export interface GrantParts {
  readonly id: string
  readonly [key: string]: unknown
}

const member = fc
  .tuple(
    anyOf(PROVIDERS),
    fc.oneof(
      anyOf(SUBJECTS).map((subject) => `subject/${subject}`),
      anyOf(VALUES).map((value) => `group/${value}`),
      fc
        .tuple(anyOf(['x', 'y']), anyOf(VALUES))
        .map(([name, value]) => `attribute.${name}/${value}`),
      { weight: 2, arbitrary: fc.constant('*') },
    ),
  )
  .map(([provider, selector]) => `${provider}:${selector}`)

const atom = fc.oneof(
  fc
    .tuple(anyOf(['x', 'y', 'z']), anyOf(VALUES))
    .map(([claim, value]) => `assertion.${claim} == '${value}'`),
  fc
    .tuple(anyOf(['x', 'y']), anyOf(VALUES))
    .map(([name, value]) => `attribute.${name} != '${value}'`),
  anyOf(['x', 'z']).map((claim) => `has(assertion.${claim})`),
  anyOf(VALUES).map((value) => `'${value}' in google.groups`),
  anyOf(VALUES).map((value) => `assertion.groups.exists(g, g == '${value}')`),
  anyOf(SUBJECTS).map((subject) => `google.subject == '${subject}'`),
  fc.constant('assertion.z'),
  fc.constant("assertion.x.startsWith('v')"),
)

/** Conditions over the claims of `claims`, of which many cannot be evaluated for many of them. */
const condition = fc.letrec<{ readonly node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    atom,
    fc
      .tuple(tie('node'), anyOf(['&&', '||']), tie('node'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('node').map((inner) => `!(${inner})`),
    fc.tuple(tie('node'), tie('node'), tie('node')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
})).node

const accessToken = fc.record({
  scopes: fc.uniqueArray(anyOf(SCOPES), { minLength: 1 }),
  maxLifetime: anyOf([600, 900, 7200]),
  excessScopes: anyOf(['refuse', 'drop']),
})
const idToken = fc.record({
  audiences: fc.uniqueArray(anyOf(AUDIENCES), { minLength: 1 }),
  includeEmail: fc.boolean(),
})

const grant = fc.record(
  {
    members: fc.array(member, { minLength: 1, maxLength: 3 }),
    mode: fc.oneof({ weight: 5, arbitrary: fc.constant('enforce') }, fc.constant('audit')),
    condition,
    serviceAccount: anyOf(ACCOUNTS),
    token: fc.oneof(
      accessToken.map((terms) => ({ accessToken: terms })),
      idToken.map((terms) => ({ idToken: terms })),
      fc.record({ accessToken, idToken }),
    ),
  },
  { requiredKeys: ['members', 'mode', 'serviceAccount', 'token'] },
)

const denial = fc.oneof(
  fc.record({ members: fc.array(member, { minLength: 1, maxLength: 2 }) }),
  fc.record({
    condition: condition.map((text) => `has(assertion.z) && assertion.z == 'v1' && ${text}`),
  }),
)

/** A denial, to be added. */
export const anyDenial = denial.map((parts) => ({ id: 'one-more', ...parts }))

/** Grants and denials over two providers. */
export const anyPolicy: fc.Arbitrary<PolicyParts> = fc
  .record({
    grants: fc.array(grant, { minLength: 1, maxLength: 6 }),
    denials: fc.array(denial, { maxLength: 1 }),
  })
  .map(({ grants, denials }) => ({
    grants: grants.map(({ token, ...rest }, index) => ({
      id: `grant-${index}`,
      ...rest,
      ...token,
    })),
    denials: denials.map((rest, index) => ({ id: `denial-${index}`, ...rest })),
  }))

/** Of one of the providers, a condition that cannot be evaluated for every token. */
const CONDITIONS: Readonly<Record<string, string>> = {
  alpha: "!has(assertion.y) || assertion.y != 'out'",
  beta: "assertion.y != 'out'",
}

/** The policy's text. */
export function textOf({ grants, denials }: PolicyParts): string {
  const providers = PROVIDERS.map((id) => ({
    id,
    issuer: `https://${id}.example`,
    audiences: [`https://bureau.example/${id}`],
    exchange: 'impersonation',
    attributeMapping: {
      'google.subject': 'assertion.sub',
      'google.groups': 'assertion.groups',
      'attribute.x': 'assertion.x',
      'attribute.y': 'assertion.y',
    },
    attributeCondition: CONDITIONS[id],
  }))
  return JSON.stringify({ version: 1, providers, grants, denials })
}
