/** Seconds that the window looks back. */
const SECONDS = 10

/** How the calls of the last ten seconds ended, counted by the second. */
export interface CallWindow {
  add(failed: boolean): void
  totals(): { readonly calls: number; readonly failures: number }
}

/** An empty window. `elapsed`: milliseconds of a clock that never goes back. */
export function createCallWindow(elapsed: () => number): CallWindow {
  const calls = new Float64Array(SECONDS)
  const failures = new Float64Array(SECONDS)
  let current = second()

  function second(): number {
    return Math.floor(elapsed() / 1_000)
  }

  function slot(): number {
    const latest = second()
    for (let old = Math.max(current, latest - SECONDS) + 1; old <= latest; old++) {
      calls[old % SECONDS] = 0
      failures[old % SECONDS] = 0
    }
    current = latest
    return latest % SECONDS
  }

  return {
    add(failed) {
      const index = slot()
      calls[index] = (calls[index] ?? 0) + 1
      if (failed) failures[index] = (failures[index] ?? 0) + 1
    },
    totals() {
      slot()
      return { calls: sum(calls), failures: sum(failures) }
    },
  }
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
