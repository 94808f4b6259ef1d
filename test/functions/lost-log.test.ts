import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startStack } from '../../deploy/local/stack.ts'
import { BUREAU_AUDIENCE } from '../support/scene.ts'
import { startFramework } from '../support/framework.ts'
import { exchangeAt } from '../support/token-exchange.ts'

const directory = await mkdtemp(join(tmpdir(), 'lost-log-'))
const stack = await startStack()
after(async () => {
  await stack.close()
  await rm(directory, { recursive: true })
})

for (const [sinks, status, ready] of [
  ['stdout', 503, 503],
  [`stdout,sqlite:${directory}/audit.sqlite`, 200, 200],
] as const) {
  test(`a log that nobody reads any more ends no process: ${sinks.replace(directory, '')}`, async () => {
    const env = { ...stack.env, AUDIT_SINKS: sinks }
    await using served = await startFramework('functions/index.ts', 'token', env)
    const { origin, process, lines, ended } = served
    const ask = async () => {
      const order = { shape: 'github', realm: 'github', audience: BUREAU_AUDIENCE } as const
      return exchangeAt(origin, await stack.idp.sign(order))
    }
    assert.equal((await ask()).status, 200)

    process.stdout?.destroy()
    for (let nth = 0; nth < 3; nth += 1) assert.equal((await ask()).status, status)
    assert.equal((await fetch(`${origin}/ready`)).status, ready)

    process.kill('SIGTERM')
    assert.deepEqual(await ended, { code: 0, signal: null })
    assert.doesNotMatch(lines.join('\n'), /EPIPE|CRITICAL/)
  })
}
