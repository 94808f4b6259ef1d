import { randomUUID } from 'node:crypto'
import type { AuditRecorder } from '../../../shared/audit/recorder.ts'
import { Refusal, type Reason } from '../../../shared/domain/refusal.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import type { Trail } from '../../../shared/domain/trail.ts'
import { uuidv7 } from '../../../shared/domain/uuid.ts'
import type { Actor } from './actor.ts'
import type { Random } from './random.ts'

/** A made-up request at a time. */
export interface Scene {
  readonly actor: Actor
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly policyDigest: string
  /** Moves the clock of the records; milliseconds since the epoch. */
  readonly setClock: (at: number) => void
  readonly random: Random
}

type Fate = 'issued' | 'upstream' | Reason

const FATES: readonly [readonly [Fate, number], ...(readonly [Fate, number])[]] = [
  ['issued', 900],
  ['upstream_denied', 4],
  ['upstream', 2],
  ['quota', 1],
  ['no_grant', 14],
  ['condition', 10],
  ['time', 12],
  ['signature', 6],
  ['audience', 5],
  ['scope', 5],
  ['rate_limited', 8],
  ['format', 6],
  ['issuer', 4],
  ['replay', 2],
  ['kid', 3],
  ['request', 6],
  ['provider_unavailable', 2],
]

const BEFORE_VERIFICATION = new Set<Fate>(['rate_limited', 'format', 'issuer', 'request'])
const WITHOUT_ASSERTION = new Set<Fate>([
  'time',
  'signature',
  'audience',
  'kid',
  'provider_unavailable',
  'replay',
])
const WITHOUT_GRANT = new Set<Fate>(['no_grant', 'condition', 'scope'])
/** An issuer that no policy names. */
const STRANGER = 'https://id.stranger.example'

const DETAILS: Partial<Record<Fate, string>> = {
  no_grant: 'no grant names the principal',
  condition: 'the attribute condition is false',
  time: 'exp is past by 412 s',
  format: 'fewer than three parts',
  issuer: 'no provider has this issuer',
  request: 'subject_token_type is missing',
  signature: 'the signature does not verify',
  upstream_denied: 'IAM Credentials: 403 IAM_PERMISSION_DENIED',
}

/** Has the recorder record one request, from its intent to its outcome. Gives how many records. */
export async function play(recorder: AuditRecorder, scene: Scene): Promise<number> {
  const { at, setClock, random } = scene
  const fate = random.weighted(FATES)
  const trail = trailOf(scene, fate)
  setClock(at + 3)
  if (trail.authorization === undefined) {
    await recorder.outcome(trail, ...refusalOf(fate))
    return 1
  }
  await recorder.intent(trail)
  setClock(at + 60 + Math.floor(random.next() * 90))
  if (fate !== 'issued') {
    await recorder.outcome(trail, ...refusalOf(fate))
    return 2
  }
  const { order, grant } = trail.authorization
  trail.issued = {
    token: new Secret('account token', `ya29.seed-${randomUUID()}`),
    order,
    serviceAccount: grant.serviceAccount,
    expiresAt: Math.floor(at / 1000) + (order.kind === 'id_token' ? 3600 : order.lifetime),
  }
  await recorder.outcome(trail, 200, undefined)
  return 2
}

function refusalOf(fate: Fate): [number, Refusal] {
  const detail = DETAILS[fate]
  const refusal = new Refusal(
    fate === 'issued' ? 'fault' : fate,
    detail === undefined ? {} : { detail },
  )
  return [refusal.status, refusal]
}

function trailOf({ actor, at, policyDigest, random }: Scene, fate: Fate): Trail {
  const seconds = Math.floor(at / 1000)
  const { assertion: known } = actor.principal
  const kid = `${known.provider.id}-${Math.floor(seconds / (14 * 86_400))}`
  const assertion = {
    ...known,
    jti: randomUUID(),
    kid,
    issuedAt: seconds - 5,
    expiresAt: seconds + 295,
  }
  const principal = { ...actor.principal, assertion }
  const trail: Trail = {
    requestId: uuidv7(at),
    receivedAt: at,
    caller: {
      address: actor.address,
      userAgent: actor.userAgent,
      method: 'POST',
      path: '/v1/token',
      traceId: randomUUID().replaceAll('-', ''),
      spanId: randomUUID().slice(0, 18).replaceAll('-', ''),
      gone: new AbortController().signal,
    },
    stages: { verify: 1 + Math.floor(random.next() * 2) },
    attempts: {},
  }
  if (fate === 'issuer') trail.claimed = { issuer: STRANGER, kid: 'k1', alg: 'RS256' }
  if (fate === 'rate_limited' || fate === 'request') return trail

  trail.request = requestOf(actor)
  trail.policyDigest = policyDigest
  if (BEFORE_VERIFICATION.has(fate)) return trail
  if (WITHOUT_ASSERTION.has(fate)) {
    trail.claimed = { issuer: known.issuer, kid, alg: 'RS256' }
    return trail
  }
  trail.assertion = assertion
  trail.key = { kid, ageSeconds: Math.floor(random.next() * 600), stale: false }
  trail.principal = principal
  if (WITHOUT_GRANT.has(fate)) return trail
  const { grant, order } = actor
  trail.authorization = { principal, grant, order, policyDigest }
  trail.stages['exchange'] = 30 + Math.floor(random.next() * 40)
  trail.attempts['sts'] = 1
  return trail
}

function requestOf({ order, grant }: Actor): NonNullable<Trail['request']> {
  const subjectToken = new Secret('subject token', `seed.${randomUUID()}.signature`)
  const target = { kind: 'email', email: grant.serviceAccount } as const
  return order.kind === 'id_token'
    ? { subjectToken, target, wish: { kind: 'id_token', audience: order.audience } }
    : {
        subjectToken,
        target,
        wish: {
          kind: 'access_token',
          scopes: order.scopes,
          lifetime: undefined,
          accessBoundary: undefined,
        },
      }
}
