import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { test } from 'node:test'
import { startFramework, type FrameworkProcess } from '../support/framework.ts'

const start = () => startFramework('test/support/guarded-function.ts', 'guarded')

interface Outcome {
  readonly status: number
  readonly connection: string | undefined
}

async function get(framework: FrameworkProcess, path: string, agent?: Agent): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  request(`${framework.origin}${path}`, { agent }, (answer) => {
    answer.resume()
    answer.once('end', () =>
      resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection }),
    )
  })
    .once('error', reject)
    .end()
  return promise
}

/** Resolves once the function has `count` requests in flight. */
async function taken(framework: FrameworkProcess, count = 1): Promise<void> {
  for (;;) {
    const answer = await fetch(`${framework.origin}/in-flight`)
    const { others } = (await answer.json()) as { readonly others: number }
    if (others >= count) return
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal}: 50 of 50 requests in flight complete, then flush, then exit 0`, async () => {
    await using framework = await start()
    const agent = new Agent({ keepAlive: true, maxSockets: 50 })
    const answers = Array.from({ length: 50 }, () => get(framework, '/slow', agent))
    await taken(framework, 50)
    framework.process.kill(signal)
    const outcomes = await Promise.all(answers)
    assert.ok(outcomes.every(({ status }) => status === 200))
    assert.ok(outcomes.every(({ connection }) => connection === 'close'))
    assert.deepEqual(await framework.ended, { code: 0, signal: null })
    assert.equal(framework.lines.at(-1), 'flushed')
    agent.destroy()
  })
}

test('after the signal no new connection is accepted', async () => {
  await using framework = await start()
  const slow = get(framework, '/slow')
  await taken(framework)
  framework.process.kill('SIGTERM')
  const refused = async (): Promise<boolean> =>
    get(framework, '/slow').then(
      () => false,
      () => true,
    )
  while (!(await refused()));
  assert.equal((await slow).status, 200)
})

test('a request that outlives the drain is told that the service ends', async () => {
  await using framework = await start()
  const never = get(framework, '/never')
  await taken(framework)
  framework.process.kill('SIGTERM')
  assert.equal((await never).status, 503)
  assert.deepEqual(await framework.ended, { code: 0, signal: null })
})

test('a second signal does not cut the drain short', async () => {
  await using framework = await start()
  const slow = get(framework, '/slow')
  await taken(framework)
  framework.process.kill('SIGTERM')
  framework.process.kill('SIGINT')
  assert.equal((await slow).status, 200)
  assert.deepEqual(await framework.ended, { code: 0, signal: null })
})

const crashes: readonly (readonly [path: string, message: string])[] = [
  ['/throw-later', 'uncaughtException: TypeError'],
  ['/reject-later', 'unhandledRejection: RangeError'],
]

for (const [path, message] of crashes) {
  test(`${path}: one line of severity CRITICAL, exit 1, and no answer to anybody`, async () => {
    await using framework = await start()
    const bystander = get(framework, '/never')
    bystander.catch(() => {})
    await taken(framework)
    await assert.rejects(get(framework, path))
    await assert.rejects(bystander)
    assert.deepEqual(await framework.ended, { code: 1, signal: null })
    if (framework.process.stdout?.readableEnded === false)
      await once(framework.process.stdout, 'end')
    const critical = framework.lines.filter((line) => line.includes('CRITICAL'))
    assert.equal(critical.length, 1)
    const line = JSON.parse(critical[0] ?? '') as { message: string; stack: string[] }
    assert.equal(line.message, message)
    assert.ok(line.stack.some((frame) => frame.includes('guarded-function.ts')))
    assert.ok(!framework.lines.join('\n').includes('canary'))
  })
}
