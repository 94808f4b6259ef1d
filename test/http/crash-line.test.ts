import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crashLine, warningLine } from '../../shared/http/crash-line.ts'

const CANARY = 'canary-71c0'

function parsed(error: unknown): Record<string, unknown> {
  const line = crashLine('uncaughtException', error)
  assert.ok(!line.includes('\n'))
  assert.ok(!line.includes(CANARY), line)
  return JSON.parse(line) as Record<string, unknown>
}

test('it names the error, its code and where it was thrown', () => {
  const { severity, message, code, stack } = parsed(
    Object.assign(new RangeError(CANARY), { code: 'ERR_OUT_OF_RANGE' }),
  )
  assert.deepEqual(
    [severity, message, code],
    ['CRITICAL', 'uncaughtException: RangeError', 'ERR_OUT_OF_RANGE'],
  )
  assert.ok(Array.isArray(stack) && String(stack[0]).includes('crash-line.test.ts'))
})

const secretive: readonly (readonly [claim: string, error: unknown])[] = [
  ['a message of several lines, one like a frame', new Error(`x\n    at ${CANARY}\n${CANARY}`)],
  ['a message with a forged frame', new Error(`x\n    at f (${CANARY} ${CANARY}:1:1)`)],
  ['a name that is no name', Object.assign(new Error('x'), { name: `${CANARY} ` })],
  ['a code that is no code', Object.assign(new Error('x'), { code: `${CANARY} ` })],
  ['a thrown text', CANARY],
  ['a thrown object', { token: CANARY }],
  ['nothing', undefined],
]

for (const [claim, error] of secretive) {
  test(`${claim} shows nothing of what it holds`, () => {
    assert.equal(parsed(error)['severity'], 'CRITICAL')
  })
}

test('a warning is told by its name, not by its text', () => {
  const warning = Object.assign(new Error(CANARY), { name: 'MetadataLookupWarning' })
  const line = warningLine(warning)
  assert.ok(!line.includes(CANARY))
  const { severity, message } = JSON.parse(line) as Record<string, unknown>
  assert.deepEqual([severity, message], ['WARNING', 'warning: MetadataLookupWarning'])
})
