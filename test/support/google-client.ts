import type { CallContext } from '../../shared/domain/call.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import { openGoogle, type Google } from '../../shared/google/google.ts'
import type { Pace } from '../../shared/google/pace.ts'

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
