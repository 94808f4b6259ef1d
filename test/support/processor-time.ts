/**
 * Milliseconds of processor time that this thread has spent: a machine that stands still, or has others to
 * serve, adds nothing to it.
 */
export function processorTime(): number {
  return process.threadCpuUsage().user / 1000
}
