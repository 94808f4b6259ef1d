import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../../shared/domain/refusal.ts'
import {
  openPolicySource,
  PolicyError,
  type PolicyChange,
  type PolicyReading,
  type PolicySourceOptions,
} from '../../shared/reload/policy-source.ts'
import { aPolicy } from '../support/policy.ts'

function readingOf(content: string): PolicyReading {
  return content.startsWith('bad')
    ? { ok: false, problems: [`policy.yaml:1:1: ${content}`], digest: content }
    : { ok: true, policy: { ...aPolicy([]), digest: content } }
}

/** A place whose content a test sets: a policy by name, a problem, or unreadable. */
function aPlace(first: string) {
  let content = first
  let coming: string[] = []
  let reads = 0
  const read = (): PolicyReading => {
    reads += 1
    const reading = readingOf(content)
    content = coming.shift() ?? content
    return reading
  }
  const readable = () =>
    content === 'gone' ? Promise.reject(Object.assign(new Error(), { code: 'ENOENT' })) : undefined
  return {
    /** Each further content stands there once the one before it was read. */
    put(next: string, ...further: readonly string[]) {
      content = next
      coming = [...further]
    },
    reads: () => reads,
    digest: async () => (await readable()) ?? content,
    read: async () => (await readable()) ?? read(),
  }
}

async function aSource(first = 'one', options: Partial<PolicySourceOptions> = {}) {
  const clock = { now: 1_700_000_000_000 }
  const changes: PolicyChange[] = []
  const place = aPlace(first)
  const source = await openPolicySource(place, {
    now: () => clock.now,
    interval: 2 ** 30,
    maxAge: undefined,
    onChange: async (change) => void changes.push(change),
    ...options,
  })
  return { place, source, changes, clock }
}

test('a policy that cannot be loaded at the start says every problem', async () => {
  await assert.rejects(aSource('bad file'), (error) => {
    assert.ok(error instanceof PolicyError)
    assert.deepEqual(error.problems, ['policy.yaml:1:1: bad file'])
    return true
  })
})

test('a changed policy comes into force at the next look, an unchanged one is not read again', async () => {
  const { place, source, changes } = await aSource()
  await source.check()
  assert.equal(place.reads(), 1)
  place.put('two')
  assert.equal(source.current().digest, 'one')
  await source.check()
  assert.equal(source.current().digest, 'two')
  assert.deepEqual(changes, [{ kind: 'loaded', digest: 'two' }])
})

test('a bad change leaves the last good policy, is told once, and a good one heals it', async () => {
  const { place, source, changes } = await aSource()
  place.put('bad change')
  await source.check()
  await source.check()
  assert.equal(source.current().digest, 'one')
  assert.deepEqual(source.state().rejected, ['policy.yaml:1:1: bad change'])
  assert.equal(changes.length, 1)
  place.put('one')
  await source.check()
  assert.equal(source.state().rejected, undefined)
})

test('what is read while it is still written never comes into force, nor is it told of', async () => {
  const { place, source, changes } = await aSource()
  place.put('half', 'bad half', 'whole')
  await source.check()
  assert.equal(source.current().digest, 'whole')
  assert.deepEqual(changes, [{ kind: 'loaded', digest: 'whole' }])
})

test('a place that never comes to rest leaves the last good policy and says so', async () => {
  const { place, source, changes } = await aSource()
  place.put('a', 'b', 'c', 'd', 'e')
  await source.check()
  assert.equal(source.current().digest, 'one')
  assert.deepEqual(source.state().rejected, ['the policy keeps changing while it is read'])
  await source.check()
  assert.equal(source.current().digest, 'e')
  assert.deepEqual(
    changes.map(({ kind }) => kind),
    ['rejected', 'loaded'],
  )
})

test('an unreadable place leaves the last good policy and says so, once', async () => {
  const { place, source, changes } = await aSource()
  place.put('gone')
  await source.check()
  await source.check()
  const problems = ['the policy cannot be read: ENOENT']
  assert.deepEqual(changes, [{ kind: 'rejected', digest: '', problems }])
  assert.equal(source.current().digest, 'one')
  assert.deepEqual(source.state().rejected, ['the policy cannot be read: ENOENT'])
  place.put('one')
  await source.check()
  assert.equal(source.state().rejected, undefined)
})

for (const content of ['gone', 'bad change']) {
  test(`past the maximum age an unconfirmed policy fails closed: ${content}`, async () => {
    const { place, source, clock } = await aSource('one', { maxAge: 60_000 })
    clock.now += 59_000
    await source.check()
    place.put(content)
    clock.now += 59_000
    await source.check()
    assert.equal(source.current().digest, 'one')
    clock.now += 2_000
    await source.check()
    assert.throws(
      () => source.current(),
      (error) => error instanceof Refusal && error.reason === 'policy_stale',
    )
    assert.equal(source.state().stale, true)
    place.put('one')
    await source.check()
    assert.equal(source.current().digest, 'one')
  })
}

/** Past two intervals without a look, as where a platform takes the processor away. */
const INTERVAL = 30_000
const AWAY = 2 * INTERVAL + 1

test('what was withdrawn while nothing ran is not in force for the first who asks', async () => {
  const { place, source, clock } = await aSource('one', { interval: INTERVAL })
  place.put('two')
  clock.now += AWAY
  await source.caughtUp()
  assert.equal(source.current().digest, 'two')
})

for (const maxAge of [INTERVAL + 1, 40_000, 10 * INTERVAL]) {
  test(`nobody is refused because nothing ran for a while, whatever the maximum age: ${maxAge}`, async () => {
    const { source, clock } = await aSource('one', { interval: INTERVAL, maxAge })
    clock.now += maxAge + 1
    assert.equal(source.state().stale, true)
    await source.caughtUp()
    assert.equal(source.current().digest, 'one')
  })
}

test('the failure of whoever is told changes nothing', async () => {
  const { place, source } = await aSource('one', {
    onChange: () => Promise.reject(new Error('no sink')),
  })
  place.put('two')
  await source.check()
  assert.equal(source.current().digest, 'two')
  assert.equal(source.state().rejected, undefined)
})
