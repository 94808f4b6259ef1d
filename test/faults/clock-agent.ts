import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { isMainThread } from 'node:worker_threads'

/**
 * Loaded before the function by `NODE_OPTIONS=--import=...`: sets the process's wall clock by what a
 * line says, in milliseconds from the true time. Timers and monotonic clocks stay as they are.
 */
if (isMainThread) followClock(Number(process.env['CLOCK_PORT']))

function followClock(port: number): void {
  const trueNow = Date.now
  let offset = 0
  Object.assign(Date, { now: () => trueNow() + offset })

  const line = connect(port, '127.0.0.1').unref()
  line.on('error', () => {})
  createInterface({ input: line }).on('line', (text) => {
    offset = Number(text)
    line.write('set\n')
  })
}
