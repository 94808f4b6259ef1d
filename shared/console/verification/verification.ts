import type { KnownHead } from '../../audit/verify/options.ts'
import type { Report } from '../../audit/verify/report.ts'

/** How far the verification of the store is. */
export interface VerificationState {
  readonly status: 'waiting' | 'running' | 'done' | 'failed'
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
  /** Starts one unless one runs, or ended of late, in whatever way. */
  readonly ensure: () => void
  /** Starts one unless one runs, or began only just. */
  readonly again: () => void
  readonly close: () => Promise<void>
}

/** One run over the whole store. */
export interface Run {
  readonly report: Promise<Report>
  readonly stop: () => Promise<void>
}

/** Starts a run; `heads` are those that the last good run found and the store must still hold. */
export type StartRun = (
  heads: readonly KnownHead[],
  onProgress: (done: number, total: number | undefined) => void,
) => Run

/** How often a store is verified, in milliseconds. */
export interface Pace {
  readonly recent: number
  readonly apart: number
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
 * Runs one verification at a time. Each holds to the heads that the last good one saw, so that a
 * tail that is cut off between two of them shows, and keeps showing. One counts as recent for `recent` milliseconds,
 * and `apart` milliseconds at least lie between the beginnings of two, whoever asks; `now` in milliseconds since the epoch.
 */
export function createVerification(
  start: StartRun,
  { recent, apart }: Pace,
  now: () => number,
): Verification {
  let state = NOTHING
  let run: Run | undefined
  let began: number | undefined
  let ended: number | undefined
  const heads = new Map<string, KnownHead>()

  async function follow({ report }: Run): Promise<void> {
    try {
      const finished = await report
      // Heads of a log that was cut off would make the next run take what is left for the whole.
      for (const { chain, seq, hash, lastTime } of finished.ok ? finished.chains : []) {
        heads.set(chain, { chain, seq, hash, time: lastTime })
      }
      state = { ...state, status: 'done', report: finished, finishedAt: now(), problem: undefined }
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      state = { ...state, status: 'failed', problem }
    }
    run = undefined
    ended = now()
  }

  const again = (): void => {
    if (run !== undefined || (began !== undefined && now() - began < apart)) return
    began = now()
    state = { ...state, status: 'running', done: 0, total: undefined }
    run = start([...heads.values()], (done, total) => {
      state = { ...state, done, total }
    })
    void follow(run)
  }

  return {
    state: () => state,
    ensure() {
      if (ended === undefined || now() - ended >= recent) again()
    },
    again,
    close: async () => run?.stop(),
  }
}
