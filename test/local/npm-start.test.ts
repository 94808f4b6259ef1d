import assert from 'node:assert/strict'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { collect, type Lines } from '../../deploy/local/lines.ts'
import { listenOnLoopback } from '../../deploy/local/loopback/listen.ts'
import { bureau } from '../support/cli.ts'
import { scratch } from '../support/scratch.ts'

const START = fileURLToPath(new URL('../../deploy/local/start.ts', import.meta.url))
const VARIABLES = ['BUREAU_PORT', 'IDP_PORT', 'GOOGLE_PORT', 'CONSOLE_PORT', 'EXPLAIN_PORT']
const FREE_PORTS = ['port', 'idp-port', 'google-port', 'console-port', 'explain-port'].map(
  (flag) => `--${flag}=0`,
)
const run = promisify(execFile)
const write = scratch()

interface Started {
  readonly child: ChildProcess
  readonly stdout: Lines
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>
  readonly stderr: Lines
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, [START, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return {
    child,
    stdout: collect(child.stdout, () => undefined),
    stderr: collect(child.stderr, () => undefined),
    ended: once(child, 'close').then(([code, signal]) => [code, signal] as const),
  }
}

/** The commands that were printed: everything after the invitation. */
async function printedCommands({ stdout, ended }: Started): Promise<string> {
  await stdout.line((line) => line.includes('_double/faults/sts'), ended)
  const lines = stdout.lines()
  return lines
    .slice(lines.indexOf('Try it, in another terminal:') + 1)
    .filter((line) => !line.startsWith('{'))
    .join('\n')
}

function bureauUrl({ stdout }: Started): string {
  const line = stdout.lines().find((each) => each.startsWith('  bureau '))
  return line?.replace('  bureau ', '').trim() ?? ''
}

describe('npm start', () => {
  test('prints commands that work when they are pasted, and stops on SIGTERM', async () => {
    const started = start(FREE_PORTS)
    const commands = await printedCommands(started)
    const { stdout } = await run('bash', ['-eu', '-c', commands], { timeout: 20_000 })
    const lines = stdout.trimEnd().split('\n')
    assert.match(lines[0] ?? '', /"name":"2026\/january\.csv"/)
    assert.match(lines[1] ?? '', /"caller":"deployer@acme-prod\.iam\.gserviceaccount\.com"/)
    assert.match(lines[2] ?? '', /"error":"unauthorized_client"/)
    const { request_id: requestId } = JSON.parse(lines[2] ?? '')
    const { recorded, decision } = JSON.parse(lines[3] ?? '')
    assert.deepEqual([recorded.requestId, decision.refused.reason], [requestId, 'denied'])
    assert.equal(JSON.parse(lines[4] ?? '').entries.length, 4)
    assert.match(lines[5] ?? '', /^\{"kid":/)

    const url = bureauUrl(started)
    started.child.kill('SIGTERM')
    assert.deepEqual(await started.ended, [0, null])
    const verified = await bureau(
      'audit',
      'verify',
      write('start.log', started.stdout.lines().join('\n')),
    )
    assert.equal(verified.code, 0, verified.stdout)
    assert.deepEqual(started.stderr.lines(), [])
    await assert.rejects(fetch(`${url}/health`), 'the bureau is still there')
  })

  test("stops on Ctrl-C, and shows the bureau's log lines until then", async () => {
    const started = start(FREE_PORTS)
    await printedCommands(started)
    const url = bureauUrl(started)
    await fetch(`${url}/v1/token`, { method: 'POST', body: 'x' })
    await started.stdout.line((line) => line.includes('"request_id"'), started.ended)
    started.child.kill('SIGINT')
    assert.deepEqual(await started.ended, [0, null])
  })

  test('a port in use is one plain line and exit 1', async () => {
    const other = createServer()
    const port = await listenOnLoopback(other, 0)
    for (const variable of VARIABLES) {
      const ports = Object.fromEntries(
        VARIABLES.map((name) => [name, name === variable ? String(port) : '0']),
      )
      const started = start([], ports)
      assert.deepEqual(await started.ended, [1, null])
      assert.deepEqual(started.stderr.lines(), [
        `start: port ${port} of 127.0.0.1 is in use: npm start -- --help tells how to choose another`,
      ])
      assert.deepEqual(started.stdout.lines(), [])
    }
    other.close()
  })

  test('a file that is no store is one plain line and exit 1, and gets no key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'npm-start-'))
    const store = join(folder, 'page.md')
    await writeFile(store, '# A page')
    const started = start([...FREE_PORTS, '--store', store])
    assert.deepEqual(await started.ended, [1, null])
    assert.deepEqual(started.stderr.lines(), [`start: sqlite:${store}: file is not a database`])
    assert.deepEqual(await readdir(folder), ['page.md'])
    await rm(folder, { recursive: true })
  })

  test('--help explains the ports', async () => {
    const started = start(['--help'])
    assert.deepEqual(await started.ended, [0, null])
    const help = started.stdout.lines().join('\n')
    for (const variable of VARIABLES) assert.ok(help.includes(variable), variable)
  })

  for (const [claim, args, env, message] of [
    [
      'an unknown flag',
      ['--metadata'],
      {},
      /^start: Unknown option '--metadata': see npm start -- --help$/,
    ],
    ['a flag that is no port', ['--port', 'x'], {}, /^start: --port must be a port/],
    ['a variable that is no port', [], { IDP_PORT: '65536' }, /^start: IDP_PORT must be a port/],
  ] as const) {
    test(`${claim} is one plain line and exit 2`, async () => {
      const started = start(args, env)
      assert.deepEqual(await started.ended, [2, null])
      assert.equal(started.stderr.lines().length, 1)
      assert.match(started.stderr.lines()[0] ?? '', message)
    })
  }
})
