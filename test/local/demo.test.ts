import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { collect } from '../../deploy/local/lines.ts'
import { createNarrator, mayColour, shortened } from '../../deploy/local/demo/narrator.ts'

const DEMO = fileURLToPath(new URL('../../deploy/local/demo.ts', import.meta.url))
const run = promisify(execFile)

describe('npm run demo', () => {
  test('tells the whole journey, ends with 0 and shows no whole token', async () => {
    const { stdout, stderr } = await run(process.execPath, [DEMO], {
      env: { PATH: process.env['PATH'] },
      timeout: 30_000,
    })
    assert.equal(stderr, '')
    for (const told of [
      /<- 200 subject token eyJhbGciOiJS… \([0-9]+ characters\)/,
      /<- 200 access_token ya29\.c\./,
      /the objects of acme-orders: 2026\/january\.csv/,
      /<- 401 not without a token/,
      /<- 200 id_token eyJ/,
      /the service greets deployer@acme-prod/,
      /<- 400 unauthorized_client/,
      /email +bureau@acme-prod\.iam\.gserviceaccount\.com/,
      /"severity":"INFO","status":200,"reason":"issued"/,
      /"severity":"WARNING","status":400,"reason":"denied"/,
      /for +bureau:[0-9a-f-]{36}/,
    ]) {
      assert.match(stdout, told)
    }
    assert.doesNotMatch(stdout, /eyJ[\w-]{20}|ya29\.[cd]\.[\w-]{10}/)
    assert.ok(!stdout.includes('\u001b['))
  })
})

test('--help says what the demo does, and an unknown flag is one plain line and exit 1', async () => {
  const help = await run(process.execPath, [DEMO, '--help'])
  assert.match(help.stdout, /^Usage: npm run demo\n/)
  await assert.rejects(run(process.execPath, [DEMO, '--port=1']), {
    code: 1,
    stdout: '',
    stderr: "demo: Unknown option '--port'\n",
  })
})

test('a demo whose reader goes away ends, and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'))
  const demo = spawn(process.execPath, [DEMO], {
    env: { PATH: process.env['PATH'], TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(demo, 'exit')
  await once(demo.stdout, 'data')
  demo.stdout.destroy()
  assert.deepEqual(await ended, [0, null])
  assert.deepEqual(await readdir(folder), [])
  await rm(folder, { recursive: true })
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`a demo that is ended by ${signal} leaves nothing behind either`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'demo-'))
    const demo = spawn(process.execPath, [DEMO], {
      env: { PATH: process.env['PATH'], TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = once(demo, 'exit')
    const stdout = collect(demo.stdout, () => {})
    const stderr = collect(demo.stderr, () => {})
    await stdout.line((line) => line.startsWith('Token Bureau'), ended)
    demo.kill(signal)
    assert.deepEqual(await ended, [1, null])
    assert.deepEqual(stderr.lines(), [`demo: ended by ${signal}`])
    assert.deepEqual(await readdir(folder), [])
    const [, bureau] = /bureau (http:\S+)/.exec(stdout.lines().join('\n')) ?? []
    await assert.rejects(fetch(`${bureau}/health`), 'the bureau is still there')
    await rm(folder, { recursive: true })
  })
}

describe('the narrator', () => {
  test('uses colours on a terminal only, and never against NO_COLOR', () => {
    assert.equal(mayColour({ isTTY: true }, {}), true)
    assert.equal(mayColour({ isTTY: true }, { NO_COLOR: '1' }), false)
    assert.equal(mayColour({}, {}), false)
    const lines: string[] = []
    createNarrator((line) => lines.push(line), true).gets(400, 'no')
    createNarrator((line) => lines.push(line), false).gets(400, 'no')
    assert.deepEqual(lines, ['   <- \u001b[31m400\u001b[0m no', '   <- 400 no'])
  })

  test('shortens tokens beyond use', () => {
    assert.equal(shortened('x'.repeat(500)), 'xxxxxxxxxxxx… (500 characters)')
  })
})
