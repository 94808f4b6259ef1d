import type { Link } from '../../audit/chain.ts'
import type { Report } from '../../audit/verify/report.ts'

/** How far the verification of the store is. */
export interface VerificationState {
  /** `unsupported`: the store is verified elsewhere, by the command. */
  readonly status: 'unsupported' | 'waiting' | 'running' | 'done' | 'failed'
  /** Records looked at so far, and how many there are. */
  readonly done: number
  readonly total: number | undefined
  /** Milliseconds since the epoch: when the last report was finished. */
  readonly finishedAt: number | undefined
  /** The last finished report; it stands while the next one is made. */
  readonly report: Report | undefined
  /** Why the last attempt gave no report. */
  readonly problem: string | undefined
}

/** Verifies the store beside the requests and keeps the result. */
export interface Verification {
  readonly state: () => VerificationState
  /** Starts one unless one runs, or ended less than `maxAge` milliseconds ago, in whatever way. */
  readonly ensure: (maxAge: number) => void
  readonly close: () => Promise<void>
}

/** One run over the whole store. */
export interface Run {
  readonly report: Promise<Report>
  readonly stop: () => Promise<void>
}

/** Starts a run; `heads` are those that the run before it found and the store must still hold. */
export type StartRun = (
  heads: readonly Link[],
  onProgress: (done: number, total: number | undefined) => void,
) => Run

/** The verification of a store that is verified elsewhere. */
export const NO_VERIFICATION: Verification = {
  state: () => ({ ...NOTHING, status: 'unsupported' }),
  ensure: () => {},
  close: () => Promise.resolve(),
}

const NOTHING: VerificationState = {
  status: 'waiting',
  done: 0,
  total: undefined,
  finishedAt: undefined,
  report: undefined,
  problem: undefined,
}

/**
 * Runs one verification at a time. Each holds to the heads that the one before it saw, so that a
 * tail that is cut off between two of them shows. `now` in milliseconds since the epoch.
 */
export function createVerification(start: StartRun, now: () => number): Verification {
  let state = NOTHING
  let run: Run | undefined
  let ended: number | undefined
  const heads = new Map<string, Link>()

  async function follow({ report }: Run): Promise<void> {
    try {
      const finished = await report
      for (const { chain, seq, hash } of finished.chains) heads.set(chain, { chain, seq, hash })
      state = { ...state, status: 'done', report: finished, finishedAt: now(), problem: undefined }
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      state = { ...state, status: 'failed', problem }
    }
    run = undefined
    ended = now()
  }

  return {
    state: () => state,
    ensure(maxAge) {
      if (run !== undefined) return
      if (ended !== undefined && now() - ended < maxAge) return
      state = { ...state, status: 'running', done: 0, total: undefined }
      run = start([...heads.values()], (done, total) => {
        state = { ...state, done, total }
      })
      void follow(run)
    },
    close: async () => run?.stop(),
  }
}
