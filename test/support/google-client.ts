import type { CallContext } from '../../shared/domain/call.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import { Secret, type FederatedToken } from '../../shared/domain/secret.ts'
import { openGoogle, type Google } from '../../shared/google/google.ts'
import type { Pace } from '../../shared/google/pace.ts'
import { json } from './recording-server.ts'

/** What STS answers when all is well. */
export const EXCHANGED = {
  access_token: 'federated-1',
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
  expires_in: 3_599,
}
export const exchanged = json(200, EXCHANGED)

/** One call to STS: the simplest there is, for tests of what all calls share. */
export function exchange(google: Google, context = aContext()): Promise<FederatedToken> {
  const subjectToken = new Secret('subject token', 'head.payload.signature')
  return google.sts.exchange('//iam.googleapis.com/x', subjectToken, context)
}

/** The clients under test, both APIs at one origin; waits between tries take no time. */
export function googleAt(
  origin: string,
  pace: Partial<Pace> = {},
  ca?: string,
): Google & AsyncDisposable {
  const google = openGoogle({
    stsUrl: origin,
    iamCredentialsUrl: origin,
    allowLoopback: true,
    version: '1.2.3',
    pace: { sleep: async () => {}, ...pace },
    ...(ca === undefined ? {} : { ca }),
  })
  return { ...google, [Symbol.asyncDispose]: () => google.close() }
}

/** A client whose clocks stand until told otherwise and whose waits are written down. */
export function clockedGoogleAt(
  origin: string,
  pace: Partial<Pace> = {},
): AsyncDisposable & {
  readonly google: Google
  readonly clock: { ms: number }
  readonly waits: readonly number[]
} {
  const clock = { ms: 0 }
  const waits: number[] = []
  const google = googleAt(origin, {
    now: () => CLOCK_START + clock.ms,
    elapsed: () => clock.ms,
    random: () => 0.5,
    sleep: async (ms) => {
      waits.push(ms)
      clock.ms += ms
    },
    ...pace,
  })
  return { clock, waits, google, [Symbol.asyncDispose]: () => google.close() }
}

/** Milliseconds since the epoch at which the clock of a clocked client stands. */
const CLOCK_START = Date.parse('2030-01-01T00:00:00Z')

/** A context that counts its attempts. */
export function aContext(signal?: AbortSignal): CallContext & { readonly attempts: () => number } {
  let attempts = 0
  return {
    requestId: '019a7c1e-0000-7000-8000-000000000001',
    onAttempt: () => {
      attempts += 1
    },
    attempts: () => attempts,
    ...(signal === undefined ? {} : { signal }),
  }
}

/** What a promise was refused with. Throws where it was not refused. */
export async function refusalOf(promise: Promise<unknown>): Promise<Refusal> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('it was not refused')
}
