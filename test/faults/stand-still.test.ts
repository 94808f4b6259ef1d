import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

const WATCHING = `
  import { setTimeout as wait } from 'node:timers/promises'
  import { watchStandStill } from ${JSON.stringify(new URL('./stand-still.ts', import.meta.url).href)}
  const watch = watchStandStill()
  await wait(500)
  watch.longest()
  const until = performance.now() + 1500
  console.log('busy')
  while (performance.now() < until);
  console.log(watch.longest())
  await wait(500)
  console.log(watch.longest())
  await watch.close()`

test('a process that is stopped stood still, one that is busy did not', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WATCHING], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  assert.equal((await lines.next()).value, 'busy')
  const busy = Number((await lines.next()).value)
  child.kill('SIGSTOP')
  await wait(2000)
  child.kill('SIGCONT')
  const stopped = Number((await lines.next()).value)
  assert.ok(busy < 1000, `${busy} ms late while busy`)
  assert.ok(stopped > 1000, `${stopped} ms late while stopped`)
  await once(child, 'exit')
})
