import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { AUDIT_KEY } from '../support/audit.ts'
import { bureau } from '../support/cli.ts'
import { scratch } from '../support/scratch.ts'

const write = scratch()
const log = write('log.jsonl', '')
const keyFile = write('audit.key', AUDIT_KEY)
const policy = 'deploy/policy.yaml'
const access = `ya29.${'c0ffee'.repeat(20)}`
const base64 = randomBytes(48).toString('base64')
const jwt = `eyJhbGciOiJub25lIn0.${Buffer.from('{"sub":"alice"}').toString('base64url')}.c2lnbmF0dXJl`

const SLIPS: readonly (readonly [claim: string, args: (secret: string) => readonly string[]])[] = [
  [
    'as the file of a token',
    (secret) => ['audit', 'query', log, '--token', `@${secret}`, '--key', keyFile],
  ],
  [
    'as the file of a token to explain',
    (secret) => ['policy', 'explain', policy, '--token', `@${secret}`],
  ],
  ['as the file of a key', (secret) => ['audit', 'query', log, '--token', 'x', '--key', secret]],
  ['as the key of a verification', (secret) => ['audit', 'verify', log, '--key', secret]],
  ['as an audit key', (secret) => ['audit', 'key', secret]],
  ['as a log', (secret) => ['audit', 'query', secret]],
  ['as a log to verify', (secret) => ['audit', 'verify', secret]],
  ['as the heads', (secret) => ['audit', 'verify', log, '--heads', secret]],
  ['as claims', (secret) => ['policy', 'explain', policy, '--claims', secret]],
  ['as a record', (secret) => ['policy', 'explain', policy, '--record', secret]],
  ['as records', (secret) => ['policy', 'diff', policy, policy, '--audit', secret]],
  ['one argument too many', (secret) => ['policy', 'explain', policy, secret]],
  ['as a command', (secret) => [secret]],
  ['as a command of a group', (secret) => ['policy', secret]],
]

for (const [claim, args] of SLIPS) {
  test(`a token that was given ${claim} is wrong usage, and not repeated`, async () => {
    for (const secret of [access, jwt, base64]) {
      const { code, stdout, stderr } = await bureau(...args(secret))
      assert.deepEqual([code, stdout], [2, ''], stderr)
      for (const part of secret.split('.')) assert.ok(!stderr.includes(part), stderr)
    }
  })
}

test('a key that was given in place of its file is not repeated', async () => {
  const { code, stderr } = await bureau('audit', 'verify', log, '--key', AUDIT_KEY)
  assert.equal(code, 2)
  assert.match(stderr, /--key names no file that can be read: ENOENT/)
  assert.ok(!stderr.includes(AUDIT_KEY))
})

for (const command of [
  ['audit', 'query', log, '--key', keyFile],
  ['policy', 'explain', policy],
]) {
  test(`a file that was given to ${command[1]} in place of a token is wrong usage`, async () => {
    const { code, stderr } = await bureau(...command, '--token', write('t', 'x'))
    assert.equal(code, 2)
    assert.match(stderr, /--token was given a file: write @ before its name/)
  })
}

test('what is no token is repeated', async () => {
  const { stderr } = await bureau('audit', 'verify', '/nowhere/records-of-june.jsonl')
  assert.match(stderr, /\/nowhere\/records-of-june\.jsonl cannot be read/)
})
