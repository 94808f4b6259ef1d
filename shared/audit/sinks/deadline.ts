/** Something that must settle in time. */
export interface Waiting {
  /** Milliseconds of the caller's clock. */
  readonly since: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Those that wait, oldest first, under one deadline and one timer for all of them. */
export interface Deadlines {
  add(waiting: Waiting): void
  /** False where it was too late already. */
  settle(waiting: Waiting): boolean
  oldest(): Waiting | undefined
  count(): number
}

/** Calls `onLate` for each that is not settled within `deadline` milliseconds. */
export function keepDeadlines(deadline: number, onLate: (waiting: Waiting) => void): Deadlines {
  const due = new Map<Waiting, number>()
  let timer: NodeJS.Timeout | undefined

  const arm = (): void => {
    const [first] = due.values()
    if (first === undefined) timer = undefined
    else timer = setTimeout(sweep, Math.max(1, first - performance.now()))
  }
  const sweep = (): void => {
    const now = performance.now()
    for (const [waiting, at] of due) {
      if (at > now) break
      due.delete(waiting)
      onLate(waiting)
    }
    arm()
  }

  return {
    add(waiting) {
      due.set(waiting, performance.now() + deadline)
      if (timer === undefined) arm()
      else if (due.size === 1) timer.ref()
    },
    settle(waiting) {
      const inTime = due.delete(waiting)
      // Nothing waits: the timer must not keep the process alive.
      if (due.size === 0) timer?.unref()
      return inTime
    },
    oldest: () => due.keys().next().value,
    count: () => due.size,
  }
}
