import { createRecorder, type RecorderOptions } from '../../shared/audit/recorder.ts'
import type { AuditRecord } from '../../shared/audit/event.ts'
import { openAuditKey } from '../../shared/audit/key.ts'
import type { Sink } from '../../shared/audit/sinks/sink.ts'
import { aGrant, aPolicy, aPrincipal, aRequest, aTrail, STORAGE_READ } from './policy.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { uuidv7 } from '../../shared/domain/uuid.ts'
import type { Trail } from '../../shared/domain/trail.ts'

/** A sink that keeps what it accepted; `answer` decides about each record. */
export function keepingSink(
  name = 'kept',
  answer: (record: AuditRecord) => Promise<void> = () => Promise.resolve(),
): Sink & { readonly records: AuditRecord[] } {
  const records: AuditRecord[] = []
  return {
    name,
    records,
    async write(record) {
      await answer(record)
      records.push(record)
    },
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

export const AUDIT_KEY = 'a key of the audit, thirty-two bytes'

/** Options of a recorder over a policy with one grant, on the clock of `now`. */
export function recorderOptions(overrides: Partial<RecorderOptions> = {}): RecorderOptions {
  const policy = aPolicy([aGrant()])
  return {
    origin: { instance: 'instance-1', revision: 'bureau-00001', version: '0.1.0' },
    key: openAuditKey(AUDIT_KEY),
    policy: () => policy,
    now: () => 1_700_000_000_500,
    sinks: [keepingSink()],
    ...overrides,
  }
}

/** A recorder and the sink that keeps its records. */
export function aRecorder(overrides: Partial<RecorderOptions> = {}) {
  const sink = keepingSink()
  const recorder = createRecorder(recorderOptions({ sinks: [sink], ...overrides }))
  return { recorder, sink }
}

/** A trail that came as far as a token from Google, but for the overrides. */
export function anIssuedTrail(overrides: Partial<Trail> = {}): Trail {
  const principal = aPrincipal()
  const grant = aGrant()
  const order = {
    kind: 'access_token',
    scopes: [STORAGE_READ],
    lifetime: 900,
    accessBoundary: undefined,
  } as const
  const requestId = uuidv7(1_700_000_000_000)
  const policyDigest = aPolicy([]).digest
  return aTrail({
    requestId,
    request: aRequest(),
    assertion: principal.assertion,
    principal,
    policyDigest,
    key: { kid: 'k1', ageSeconds: 12, stale: false },
    authorization: { principal, grant, order, policyDigest },
    issued: {
      token: new Secret('account token', `ya29.minted-${requestId}`),
      order,
      serviceAccount: grant.serviceAccount,
      expiresAt: 1_700_000_900,
    },
    stages: { verify: 1.25, record: 0.5, exchange: 41 },
    attempts: { sts: 1, iamCredentials: 2 },
    ...overrides,
  })
}
