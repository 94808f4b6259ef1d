import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startFramework } from '../support/framework.ts'
import { WHOLE } from '../support/policy-text.ts'
import { hasRedis, startRedis } from '../support/redis.ts'

const folder = await mkdtemp(join(tmpdir(), 'limits-'))
const policy = join(folder, 'policy.yaml')
await writeFile(policy, WHOLE)
after(() => rm(folder, { recursive: true }))

test('two function processes with one Redis server have one limit', async (context) => {
  if (!hasRedis(context)) return
  const server = await startRedis()
  const environment = {
    POLICY_FILE: policy,
    PUBLIC_URL: 'https://bureau.example.com',
    STATE_STORE: server.url,
    RATE_LIMIT_PER_MINUTE: '10',
  }
  try {
    await using one = await startFramework('.', 'token', environment)
    await using two = await startFramework('.', 'token', environment)
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const { origin } = n % 2 === 0 ? one : two
        const answer = await fetch(`${origin}/v1/token`, { method: 'POST', body: '' })
        return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')) }
      }),
    )
    const limited = answers.filter(({ status }) => status === 429)
    assert.equal(answers.filter(({ status }) => status === 415).length, 10)
    assert.equal(limited.length, 30)
    assert.ok(limited.every(({ retryAfter }) => retryAfter > 0 && retryAfter <= 60))
  } finally {
    await server.stop()
  }
})

test('a function whose Redis server is away answers 503, and lives', async () => {
  const environment = {
    POLICY_FILE: policy,
    PUBLIC_URL: 'https://bureau.example.com',
    STATE_STORE: 'redis://127.0.0.1:1',
  }
  await using framework = await startFramework('.', 'token', environment)
  for (let n = 0; n < 3; n += 1) {
    const answer = await fetch(`${framework.origin}/v1/token`, { method: 'POST', body: '' })
    const { error } = (await answer.json()) as { readonly error: string }
    assert.deepEqual([answer.status, error], [503, 'temporarily_unavailable'])
  }
  assert.equal((await fetch(`${framework.origin}/health`)).status, 200)
})
