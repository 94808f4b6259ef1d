import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startBureau } from '../../deploy/local/bureau-process.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { OPERATOR, operatorToken } from '../support/operator-token.ts'
import { startScene } from '../support/scene.ts'
import { exchangeAt } from '../support/token-exchange.ts'

/** Milliseconds without a processor, as a platform takes it from an instance that nobody asks. */
const PAUSE = 4_000

const limits = { POLICY_INTERVAL: '1', POLICY_MAX_AGE: '2' }
const scene = await startScene({ env: limits })
const { bureau } = scene
const port = await freePort(0)
const explainUrl = `http://127.0.0.1:${port}`
const explaining = await startBureau({
  target: 'explain',
  port,
  env: {
    ...scene.env,
    PUBLIC_URL: explainUrl,
    OPERATORS: OPERATOR,
    GOOGLE_CERTS_URL: `${scene.google.url}/oauth2/v3/certs`,
  },
})
after(async () => {
  await explaining.stop()
  await scene.close()
})
const operator = await operatorToken(scene.google, explainUrl)

const FIRST: readonly (readonly [
  what: string,
  change: (policy: string) => string,
  status: number,
])[] = [
  ['is served by a policy that nobody changed', (policy) => policy, 200],
  ['gets nothing from what was withdrawn', (policy) => policy.replace("'1001'", "'none'"), 400],
]

/** Takes the processor from both functions, and changes the policy meanwhile. */
async function pause(change: (policy: string) => string): Promise<void> {
  const pids = [bureau.pid, explaining.pid]
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  try {
    await writeFile(scene.policyFile, change(await readFile(scene.policyFile, 'utf8')))
    await wait(PAUSE)
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
}

async function explained(token: string): Promise<object> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${operator}` }
  const body = JSON.stringify({ token })
  const answer = await fetch(`${explainUrl}/v1/explain`, { method: 'POST', headers, body })
  assert.equal(answer.status, 200)
  return ((await answer.json()) as { readonly decision: object }).decision
}

for (const { url } of [bureau, explaining]) {
  test(`a function is ready after a pause: ${url === bureau.url ? 'token' : 'explain'}`, async () => {
    await pause((policy) => policy)
    assert.equal((await fetch(`${url}/ready`)).status, 200)
  })
}

for (const [what, change, status] of FIRST) {
  test(`the first who asks after a pause ${what}, and is told why`, async () => {
    const token = await scene.pipeline()
    assert.equal((await exchangeAt(bureau.url, token)).status, 200)
    await pause(change)
    const [decision, answer] = await Promise.all([explained(token), exchangeAt(bureau.url, token)])
    assert.equal(answer.status, status)
    assert.equal('granted' in decision, status === 200)
  })
}
