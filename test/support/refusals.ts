import { Refusal, type Reason } from '../../shared/domain/refusal.ts'

/** The reason that `run` is refused with; undefined where it is not. Any other error is thrown on. */
export function reasonOf(run: () => unknown): Reason | undefined {
  return refusalOf(run)?.reason
}

/** The refusal that `run` throws, if any. */
export function refusalOf(run: () => unknown): Refusal | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  return undefined
}

/** The refusal that `promise` rejects with, if any. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  return undefined
}
