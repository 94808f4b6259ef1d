import type { IdentityProvider } from '../../deploy/local/idp/identity-provider.ts'
import { AUDIENCE } from './policies.ts'

/** Bodies of token requests, each with a token of its own. */
export interface Bodies {
  /** GitHub's claims, about 1.8 KB a token. */
  readonly usual: readonly string[]
  /** The same tokens, the signature over something else. */
  readonly forged: readonly string[]
  readonly short: readonly string[]
  readonly long: readonly string[]
}

/** Tokens of each kind; the load takes them in turn. */
const COUNT = 128
/** Bytes of a token; an RSA signature alone has 342. */
const SIZES = { short: 1_024, usual: 1_843, long: 8_192 } as const
/** What GitHub's shape holds beyond the decision's claims. */
const SPARE = ['workflow', 'workflow_ref', 'workflow_sha', 'job_workflow_ref', 'job_workflow_sha']
const MORE_SPARE = ['sha', 'head_ref', 'base_ref', 'run_number', 'run_attempt', 'check_run_id']

/** Signs the tokens of a run; they live for an hour. */
export async function bodiesOf(idp: IdentityProvider): Promise<Bodies> {
  const usual = await many(() => tokenOf(idp, SIZES.usual))
  return {
    usual: usual.map(bodyOf),
    forged: usual.map((token, index) => bodyOf(forged(token, usual[(index + 1) % COUNT] ?? ''))),
    short: (await many(() => tokenOf(idp, SIZES.short, [...SPARE, ...MORE_SPARE]))).map(bodyOf),
    long: (await many(() => tokenOf(idp, SIZES.long))).map(bodyOf),
  }
}

function many(make: () => Promise<string>): Promise<readonly string[]> {
  return Promise.all(Array.from({ length: COUNT }, make))
}

/** A token of about `size` bytes: groups fill what the claims leave. */
async function tokenOf(
  idp: IdentityProvider,
  size: number,
  without: readonly string[] = [],
): Promise<string> {
  const order = (groups: readonly string[]) => ({
    shape: 'github' as const,
    realm: 'github',
    audience: AUDIENCE,
    lifetime: 3600,
    without,
    claims: groups.length === 0 ? {} : { groups },
  })
  const bare = await idp.sign(order([]))
  const missing = Math.floor(((size - bare.length) * 3) / 4)
  // Each group takes 24 bytes of the payload.
  const count = Math.max(0, Math.floor((missing - 13) / 24))
  return idp.sign(
    order(Array.from({ length: count }, (_, index) => `group-${index}`.padEnd(21, 'x'))),
  )
}

/** A token with the signature of another: well-formed, of the right key, and wrong. */
function forged(token: string, other: string): string {
  return token.slice(0, token.lastIndexOf('.')) + other.slice(other.lastIndexOf('.'))
}

function bodyOf(token: string): string {
  return new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: token,
  }).toString()
}
