import type { FuzzWorld } from './world.ts'
import { AUDIENCES, resourceNameOf } from './policy.ts'
import type { Random } from './random.ts'
import type { TokenDraft } from './token-draft.ts'

/** Changes a draft in place. */
export type DraftMutation = (draft: TokenDraft, random: Random, world: FuzzWorld) => void

const CLAIM_NAMES = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'repository_owner_id',
  'repository_id',
  'ref',
  'event_name',
  'roles',
  'groups',
  'tenant',
  'level',
  'admin',
  'constructor',
  'toString',
] as const
const HEADER_NAMES = [
  'alg',
  'kid',
  'typ',
  'jwk',
  'jku',
  'crit',
  'cty',
  'zip',
  'x5t',
  'b64',
  'x',
] as const

/** Seconds around every limit that there is: skew, ages, a day, nothing. */
const OFFSETS = [
  0, 1, -1, 27, -27, 33, -33, 300, -300, 597, -603, 3597, -3603, 86_397, -86_403, 1e6, -1e6,
]

const UNSEEN = ['\0', '\n', '\u200B', '\u202E', '\uFEFF', '\u00AD', '\u{E0041}', '\uFFFE', '\u0085']
const SEEN = ['é', '世', '😀', ' ', "'", '"', '\\', '/', '%', '\u00A0', 'ſ', 'К']

/** Values of every type that JSON has, some of them right for one claim or another. */
function anyValue(random: Random, depth = 0): unknown {
  const scalars = [
    null,
    true,
    false,
    0,
    3,
    -1,
    1.5,
    1e15,
    9_007_199_254_740_991,
    9_007_199_254_740_992,
    '',
    '1001',
    '2002',
    'acme',
    'worker',
    'deployer',
    'readers',
    'x'.repeat(random.below(300)),
  ] as const
  if (depth > 3 || random.chance(0.7)) return random.pick([scalars[0], ...scalars])
  const inner = Array.from({ length: random.below(4) }, () => anyValue(random, depth + 1))
  if (random.chance(0.5)) return inner
  return Object.fromEntries(
    inner.map((value, at) => [random.pick(['a', 'deployer', `k${at}`]), value]),
  )
}

function pickName(random: Random): string {
  return random.pick([CLAIM_NAMES[0], ...CLAIM_NAMES])
}

/** Levels of lists, `depth` in all. */
function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

/** Changes to claims and header, by structure. */
export const DRAFT_MUTATIONS: readonly [DraftMutation, ...DraftMutation[]] = [
  ({ claims }, random) => {
    delete claims[pickName(random)]
  },
  ({ claims }, random) => {
    claims[pickName(random)] = anyValue(random)
  },
  ({ claims }, random) => {
    const name = pickName(random)
    const value = claims[name]
    claims[name] = random.pick<unknown>([
      [value],
      [[value]],
      { value },
      String(value),
      [value, value],
    ])
  },
  ({ claims, now }, random) => {
    claims[random.pick(['exp', 'iat', 'nbf'])] = now + random.pick([0, ...OFFSETS])
  },
  ({ claims, now }, random) => {
    const iat = now - random.pick([1, 599, 601, 3599, 3601, 86_399])
    Object.assign(claims, { iat, nbf: iat, exp: iat + random.pick([1, 600, 3600, 86_399, 86_401]) })
  },
  ({ claims }, random) => {
    claims['exp'] = Number(claims['exp']) + random.next()
  },
  ({ claims }, random) => {
    const [one, other] = AUDIENCES
    claims['aud'] = random.pick<unknown>([
      [one, other],
      [other, one, 'https://third.example.com'],
      other,
      `${one}/`,
      one.toUpperCase(),
      Array.from({ length: 100 + random.below(3) }, () => one),
      resourceNameOf('pipeline'),
    ])
  },
  ({ claims }, random, { issuerOf }) => {
    const issuer = String(claims['iss'])
    claims['iss'] = random.pick([
      issuerOf(random.pick(['rsa', 'ec', 'both', 'none'])),
      `${issuer}/`,
      issuer.toUpperCase(),
      ` ${issuer}`,
      issuer.slice(0, -1),
    ])
  },
  ({ claims }, random) => {
    const subject = String(claims['sub'])
    claims['sub'] = random.pick([
      subject + random.pick([UNSEEN[0] ?? '', ...UNSEEN]),
      subject + random.pick([SEEN[0] ?? '', ...SEEN]),
      'x'.repeat(random.pick([1, 126, 127, 128, 255, 256])),
      'é'.repeat(random.pick([63, 64])),
    ])
  },
  ({ claims }, random) => {
    claims['groups'] = random.pick<unknown>([
      ['readers', 1],
      'readers',
      Array.from({ length: 999 + random.below(3) }, () => 'g'),
      Array.from({ length: 40 }, () => 'readers'.repeat(30)),
      [''],
    ])
  },
  ({ claims }, random) => {
    claims['deep'] = nested(random.pick([1, 29, 30, 31, 32, 40]))
  },
  ({ claims }, random) => {
    const count = random.pick([10, 480, 495, 505, 520])
    for (let nth = 0; nth < count; nth += 1) claims[`c${nth}`] = nth
  },
  ({ header }, random) => {
    delete header[random.pick(['alg', 'kid', 'typ'])]
  },
  ({ header }, random) => {
    header[random.pick([HEADER_NAMES[0], ...HEADER_NAMES])] = anyValue(random)
  },
  ({ header }, random) => {
    header['typ'] = random.pick(['jwt', 'JWT', 'Jwt', 'at+jwt', 'JOSE', ''])
  },
  ({ header }, random) => {
    header['kid'] = random.pick(['r1', 'r2', 'e1', 'b1', 'b2', 'none'])
  },
  ({ header }, random) => {
    header['alg'] = random.pick(['RS256', 'ES256', 'PS256', 'HS256', 'none', 'rs256'])
  },
  (draft, random, { signers }) => {
    const path = random.pick(['rsa', 'ec', 'both'])
    draft.signer = signers[path]?.[random.below(2)] ?? draft.signer
    if (random.chance(0.7)) {
      draft.header['kid'] = draft.signer.kid
      draft.header['alg'] = draft.signer.alg
    }
  },
]
