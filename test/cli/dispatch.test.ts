import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { COMMANDS } from '../../deploy/cli/commands.ts'
import { openTerminal } from '../../deploy/cli/terminal.ts'
import { bureau } from '../support/cli.ts'

const BUREAU = fileURLToPath(new URL('../../deploy/cli/bureau.ts', import.meta.url))

/** The word `no` in red, as this terminal writes it. */
function written(isTTY: boolean, env: Record<string, string>): string {
  const stream = { write: () => {}, isTTY }
  return openTerminal({ stdout: stream, stderr: stream, env }).style('red', 'no')
}

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [BUREAU, ...args], { encoding: 'utf8' })
}

for (const { name } of COMMANDS) {
  test(`bureau ${name} --help says how it is called, what it does, and its options`, async () => {
    const { code, stdout } = await bureau(...name.split(' '), '--help')
    assert.equal(code, 0)
    assert.match(stdout, new RegExp(`^Usage: bureau ${name}`))
    assert.match(stdout, /--json/)
    assert.match(stdout, /Examples:/)
  })

  test(`bureau ${name} called wrongly ends with 2 and the usage`, async () => {
    const { code, stdout, stderr } = await bureau(...name.split(' '), '--no-such-option')
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, new RegExp(`Unknown option.*\nUsage: bureau ${name}`))
  })
}

test('the list names every command', async () => {
  const { code, stdout } = await bureau('--help')
  assert.equal(code, 0)
  for (const { name, summary } of COMMANDS) {
    assert.match(stdout, new RegExp(`bureau ${name} +`))
    assert.ok(stdout.includes(summary))
  }
})

const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['nothing', [], /^Usage: bureau GROUP COMMAND/],
  ['an unknown group', ['polcy', 'check'], /there is no command "polcy"/],
  ['an unknown command of a group', ['policy', 'chek'], /there is no command "policy chek"/],
  ['a group alone', ['policy'], /^Usage: bureau policy COMMAND/],
  ['too many arguments', ['policy', 'schema', 'x'], /"x" is one argument too many/],
]
for (const [name, args, message] of wrong) {
  test(`called with ${name}, bureau ends with 2`, async () => {
    const { code, stdout, stderr } = await bureau(...args)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, message)
  })
}

test('the help of one group lists only its commands', async () => {
  const { code, stdout } = await bureau('policy', '--help')
  assert.equal(code, 0)
  assert.match(stdout, /bureau policy schema/)
})

test('colours are for terminals, and for those who want them', () => {
  assert.equal(written(true, {}), '\u001b[31mno\u001b[39m')
  assert.equal(written(false, {}), 'no')
  assert.equal(written(true, { NO_COLOR: '1' }), 'no')
  assert.equal(written(true, { NO_COLOR: '' }), '\u001b[31mno\u001b[39m')
})

test('as a program it answers on stdout, complains on stderr, and its exit code tells', () => {
  const good = run('policy', 'schema')
  assert.deepEqual([good.status, good.stderr], [0, ''])
  assert.equal(JSON.parse(good.stdout).title, 'Token Bureau policy file')
  const bad = run('policy', 'schema', '--nope')
  assert.deepEqual([bad.status, bad.stdout], [2, ''])
})
