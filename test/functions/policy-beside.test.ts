import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readBeside } from '../../functions/policy-beside.ts'
import { policyPlace } from '../../functions/policy-place.ts'
import type { PolicyReading } from '../../shared/reload/policy-source.ts'
import { policyText } from '../bench/policies.ts'
import { WHOLE, wholeWith } from '../support/policy-text.ts'
import { scratch } from '../support/scratch.ts'
import { processorTime } from '../support/processor-time.ts'

const write = scratch()
const OPTIONS = { allowLoopback: false, canVouch: true, sharesState: true }
const INCLUDING = `${WHOLE}ceiling: {maxLifetime: 900}\ninclude: [team.yaml]\n`
const TEAM = `version: 1
grants:
  - id: read
    members: ['github:*']
    serviceAccount: reader@acme-prod.iam.gserviceaccount.com
    idToken: {audiences: ['https://app-abc.run.app']}
`

/** A policy as text, its tables included: all but the functions, which stand for their sources. */
function shown(reading: PolicyReading): string {
  return JSON.stringify(reading, (_, value: unknown) => listed(value), 1)
}

function listed(value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value
}

const POLICIES: readonly (readonly [what: string, text: string, ok: boolean])[] = [
  ['of an organisation', readFileSync('test/policies/github-organisation.yaml', 'utf8'), true],
  ['of a partner', readFileSync('test/policies/partner-inline-keys.yaml', 'utf8'), true],
  ['with an included file', INCLUDING, true],
  [
    'whose included file exceeds its ceiling',
    INCLUDING.replace('{maxLifetime: 900', '{maxLifetime: 60'),
    false,
  ],
  ['with an unknown key', wholeWith(14, '      maxLifetme: 900'), false],
  ['of nothing', '', false],
]

for (const [what, text, ok] of POLICIES) {
  test(`a policy ${what} is the same whether it is read beside requests or not`, async () => {
    write('team.yaml', TEAM)
    const place = policyPlace(write('policy.yaml', text), OPTIONS)
    const beside = await place.read(true)
    assert.equal(beside.ok, ok)
    assert.equal(shown(beside), shown(await place.read(false)))
  })
}

test('a file that is included since the last look is watched from then on', async () => {
  const path = write('growing.yaml', WHOLE)
  const place = policyPlace(path, OPTIONS)
  await place.read(false)
  write('team.yaml', TEAM)
  write('growing.yaml', INCLUDING)
  await place.read(true)
  const before = await place.digest()
  write('team.yaml', `${TEAM}# changed\n`)
  assert.notEqual(await place.digest(), before)
})

test('10,000 grants that are read beside requests hold up none of them for long', async () => {
  const size = { providers: 1000, grants: 10_000, issuer: 'https://issuer.example.com' }
  const path = write('large.yaml', policyText(size))
  const began = processorTime()
  assert.equal((await policyPlace(path, OPTIONS).read(false)).ok, true)
  const atOnce = processorTime() - began

  let last = processorTime()
  let longest = 0
  const turn = (): void => {
    const now = processorTime()
    longest = Math.max(longest, now - last)
    last = now
    next = setImmediate(turn)
  }
  let next = setImmediate(turn)
  const { reading } = await readBeside(path, OPTIONS)
  clearImmediate(next)
  assert.equal(reading.ok, true)
  assert.ok(longest < atOnce / 5, `a turn of ${longest} ms, of ${atOnce} ms for all at once`)
})
