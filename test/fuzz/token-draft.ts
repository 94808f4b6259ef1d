import { randomUUID } from 'node:crypto'
import type { Signer } from '../support/keys.ts'
import type { Random } from './random.ts'
import { AUDIENCES } from './policy.ts'
import type { FuzzWorld } from './world.ts'

/** A token before it is signed. */
export interface TokenDraft {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  /** Signs; the header need not say so. */
  signer: Signer
  /** Seconds since the epoch. */
  readonly now: number
}

const MAIN = 'refs/heads/main'

/** Claims by issuer that lead to a grant, mostly. */
const CLAIMS: Readonly<Record<string, (random: Random) => Record<string, unknown>>> = {
  rsa: (random) => ({
    aud: AUDIENCES[0],
    sub: 'repo:acme/app:ref:refs/heads/main',
    repository_owner_id: '1001',
    repository_id: random.pick(['2002', '2002', '3003']),
    ref: random.pick([MAIN, MAIN, 'refs/heads/release', 'refs/tags/v1']),
    event_name: 'push',
  }),
  ec: (random) => ({
    aud: random.pick(AUDIENCES),
    sub: random.pick(['worker', 'worker', 'other']),
    roles: ['reader', 'deployer'],
    groups: random.pick([['readers'], ['readers', 'writers'], []]),
  }),
  both: (random) => ({
    aud: random.pick([AUDIENCES[0], AUDIENCES[0], AUDIENCES[1]]),
    sub: 'worker',
    tenant: random.pick(['acme', 'acme', 'globex']),
    level: 3,
  }),
}

/** A draft that most issuers' rules would accept. */
export function draftToken(random: Random, world: FuzzWorld, now: number): TokenDraft {
  const path = random.pick(['rsa', 'ec', 'ec', 'both'])
  const claims = CLAIMS[path]?.(random) ?? {}
  const [first, second] = world.signers[path] ?? []
  const elliptic = path === 'both' && (claims['aud'] === AUDIENCES[1] || random.chance(0.8))
  const signer = second !== undefined && (elliptic || random.chance(0.3)) ? second : first
  if (signer === undefined) throw new Error(`no signer for ${path}`)
  const issued = now - random.below(300)
  return {
    signer,
    now,
    header: { alg: signer.alg, kid: signer.kid, typ: 'JWT' },
    claims: {
      iss: world.issuerOf(path),
      ...claims,
      iat: issued,
      nbf: issued,
      exp: now + 60 + random.below(3600),
      jti: randomUUID(),
    },
  }
}
