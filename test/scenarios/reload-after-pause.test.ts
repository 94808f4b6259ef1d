import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startScene } from '../support/scene.ts'
import { exchangeAt } from '../support/token-exchange.ts'

/** Milliseconds without a processor, as a platform takes it from an instance that nobody asks. */
const PAUSE = 4_000

const scene = await startScene({ env: { POLICY_INTERVAL: '1', POLICY_MAX_AGE: '2' } })
after(() => scene.close())
const { pid, url } = scene.bureau

const FIRST: readonly (readonly [
  what: string,
  change: (policy: string) => string,
  status: number,
])[] = [
  ['is served by a policy that nobody changed', (policy) => policy, 200],
  ['gets nothing from what was withdrawn', (policy) => policy.replace("'1001'", "'none'"), 400],
]

/** Takes the processor away, and changes the policy meanwhile. */
async function pause(change: (policy: string) => string): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  try {
    await writeFile(scene.policyFile, change(await readFile(scene.policyFile, 'utf8')))
    await wait(PAUSE)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

test('a bureau is ready after a pause', async () => {
  await pause((policy) => policy)
  assert.equal((await fetch(`${url}/ready`)).status, 200)
})

for (const [what, change, status] of FIRST) {
  test(`the first who asks after a pause ${what}`, async () => {
    const token = await scene.pipeline()
    assert.equal((await exchangeAt(url, token)).status, 200)
    await pause(change)
    assert.equal((await exchangeAt(url, token)).status, status)
  })
}
