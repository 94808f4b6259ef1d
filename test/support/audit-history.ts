import { createRecorder } from '../../shared/audit/recorder.ts'
import type { Sink } from '../../shared/audit/sinks/sink.ts'
import { Refusal, type Reason } from '../../shared/domain/refusal.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Trail } from '../../shared/domain/trail.ts'
import { uuidv7 } from '../../shared/domain/uuid.ts'
import { anIssuedTrail, keepingSink, recorderOptions } from './audit.ts'
import { aGrant, aPolicy, aPrincipal, aProvider, mappedSubject } from './policy.ts'

export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** Noon of a Tuesday: the `now` of made-up histories. */
export const NOON = Date.UTC(2026, 5, 2, 12)

/** One request of a history. */
export interface Happening {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly subject?: string
  readonly issuer?: string
  readonly provider?: string
  readonly account?: string
  readonly grant?: string
  readonly address?: string
  readonly kid?: string
  readonly jti?: string
  readonly policyDigest?: string
  /** Seconds. */
  readonly keyAge?: number
  readonly keyStale?: boolean
  readonly token?: string
  /** Why it was refused; left out: it was issued. */
  readonly refused?: Reason
  /** No outcome follows the intent. */
  readonly orphaned?: boolean
}

/** Records happenings in their order, by a real recorder whose clock they set. */
export async function recordHistory(
  happenings: readonly Happening[],
  sink: Sink,
  close = true,
): Promise<void> {
  let clock = happenings[0]?.at ?? NOON
  const policy = aPolicy([])
  const recorder = createRecorder(
    recorderOptions({ sinks: [sink], now: () => clock, policy: () => policy }),
  )
  for (const happening of happenings) {
    clock = happening.at
    const trail = trailOf(happening)
    if (trail.authorization !== undefined) await recorder.intent(trail)
    clock += 100
    if (happening.orphaned === true) continue
    const refusal = happening.refused === undefined ? undefined : new Refusal(happening.refused)
    await recorder.outcome(trail, refusal?.status ?? 200, refusal)
  }
  if (close) await recorder.close()
}

/** The lines of the records of a history. */
export async function linesOf(
  happenings: readonly Happening[],
  close = true,
): Promise<readonly string[]> {
  const sink = keepingSink()
  await recordHistory(happenings, sink, close)
  return sink.records.map(({ line }) => line)
}

/** Refusals that come after the decision to ask Google. */
const AFTER_INTENT = new Set<Reason>(['upstream_denied', 'upstream', 'quota', 'upstream_bad'])

function trailOf(happening: Happening): Trail {
  const { at, subject = 'alice', account, refused, token = `token.of.${at}` } = happening
  const seconds = Math.floor(at / 1000)
  const provider = aProvider({
    id: happening.provider ?? 'onprem',
    issuer: happening.issuer ?? 'https://idp.example.com',
  })
  const known = aPrincipal(mappedSubject(subject), provider)
  const assertion = {
    ...known.assertion,
    subject,
    jti: happening.jti ?? `jti-${at}`,
    kid: happening.kid ?? 'k1',
    issuedAt: seconds,
    expiresAt: seconds + 300,
  }
  const principal = { ...known, assertion }
  const grant = aGrant({
    id: happening.grant ?? 'reader',
    ...(account === undefined ? {} : { serviceAccount: account }),
  })
  const base = anIssuedTrail()
  const policyDigest = happening.policyDigest ?? base.policyDigest ?? ''
  const trail: Trail = {
    ...base,
    requestId: uuidv7(at),
    receivedAt: at,
    caller: { ...base.caller, address: happening.address ?? '192.0.2.1' },
    assertion,
    principal,
    policyDigest,
    key: {
      kid: assertion.kid,
      ageSeconds: happening.keyAge ?? 5,
      stale: happening.keyStale ?? false,
    },
  }
  if (base.request !== undefined) {
    trail.request = { ...base.request, subjectToken: new Secret('subject token', token) }
  }
  if (refused !== undefined && !AFTER_INTENT.has(refused)) {
    delete trail.authorization
    delete trail.issued
    return trail
  }
  if (base.authorization !== undefined) {
    trail.authorization = { ...base.authorization, principal, grant, policyDigest }
  }
  if (base.issued !== undefined) {
    trail.issued = {
      ...base.issued,
      token: new Secret('account token', `ya29.minted.${at}`),
      serviceAccount: grant.serviceAccount,
      expiresAt: seconds + 900,
    }
  }
  return trail
}
