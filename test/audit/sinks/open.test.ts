import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { openSinks, type SinkDependencies } from '../../../shared/audit/sinks/open.ts'
import { Secret } from '../../../shared/domain/secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'audit-sinks-'))
after(() => rmSync(folder, { recursive: true }))

const whole: SinkDependencies = {
  stdout: new PassThrough(),
  projectId: undefined,
  accessToken: () => Promise.resolve(new Secret('publisher token', 'x')),
}
const TOPIC = 'pubsub:projects/acme-audit/topics/records'

const LISTS: readonly (readonly [list: string, names: readonly string[]])[] = [
  ['stdout', ['stdout']],
  [TOPIC, [TOPIC]],
  [`stdout, ${TOPIC}`, ['stdout', TOPIC]],
]

for (const [list, names] of LISTS) {
  test(`'${list}' opens what it lists`, async () => {
    const sinks = openSinks(list, whole)
    assert.deepEqual(
      sinks.map(({ name }) => name),
      names,
    )
    for (const sink of sinks) await sink.close()
  })
}

test('a SQLite store is opened at its path', async () => {
  const path = join(folder, 'a.sqlite')
  const [sink] = openSinks(`sqlite:${path}`, whole)
  assert.equal(sink?.name, `sqlite:${path}`)
  await sink?.close()
})

const WRONG: readonly (readonly [
  list: string,
  message: RegExp,
  dependencies?: SinkDependencies,
])[] = [
  ['', /AUDIT_SINKS: '' is none of stdout/],
  ['stdout,', /AUDIT_SINKS: '' is none of/],
  ['syslog', /'syslog' is none of stdout, sqlite:PATH, pubsub:projects\/P\/topics\/T/],
  ['sqlite:', /'sqlite:' is none of/],
  ['stdout,stdout', /AUDIT_SINKS names stdout twice/],
  ['pubsub:records', /'pubsub:records' is not of the form pubsub:projects\/P\/topics\/T/],
  ['pubsub:projects/p/topics/../x', /is not of the form/],
  [TOPIC, /needs an identity/, { stdout: new PassThrough(), projectId: undefined }],
  [TOPIC, /PUBSUB_EMULATOR_HOST must be HOST:PORT/, { ...whole, pubsubEmulator: 'a b' }],
]

for (const [list, message, dependencies = whole] of WRONG) {
  test(`'${list}' is refused: ${message.source}`, () => {
    assert.throws(() => openSinks(list, dependencies), message)
  })
}
