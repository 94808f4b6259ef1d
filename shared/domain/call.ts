/** What both calls to Google carry for the join with Google's own logs. */
export interface CallContext {
  readonly requestId: string
  /** Called once for each attempt. */
  readonly onAttempt: () => void
  /** Aborted when the caller is gone or the request's time is up. */
  readonly signal?: AbortSignal
}
