import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

// The machine of the test may itself stand still: the least of three busy rounds counts. The thread that
// watches may wake after the one that asks: it is asked until it has seen the stop.
const WATCHING = `
  import { setTimeout as wait } from 'node:timers/promises'
  import { watchStandStill } from ${JSON.stringify(new URL('./stand-still.ts', import.meta.url).href)}
  const watch = watchStandStill()
  await wait(500)
  const busy = []
  for (let round = 0; round < 3; round++) {
    await wait(100)
    watch.longest()
    const until = performance.now() + 1500
    while (performance.now() < until);
    busy.push(watch.longest())
  }
  console.log(Math.min(...busy))
  let stopped = 0
  for (let asked = 0; stopped < 1000 && asked < 600; asked++) {
    await wait(50)
    stopped = watch.longest()
  }
  console.log(stopped)
  await watch.close()`

test('a process that is stopped stood still, one that is busy did not', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WATCHING], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const busy = Number((await lines.next()).value)
  child.kill('SIGSTOP')
  await wait(2000)
  child.kill('SIGCONT')
  const stopped = Number((await lines.next()).value)
  assert.ok(busy < 1000, `${busy} ms late while busy`)
  assert.ok(stopped > 1000, `${stopped} ms late while stopped`)
  await exited
})
