import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyPlace } from '../../functions/policy-place.ts'
import { openPolicySource, type PolicyChange } from '../../shared/reload/policy-source.ts'
import { WHOLE } from '../support/policy-text.ts'
import { scratch } from '../support/scratch.ts'

const write = scratch()
const ACCOUNT = 'deployer@acme-prod.iam.gserviceaccount.com'

/** The policy with a test that expects this of a push to acme/app by organisation 1001. */
function tested(expect: string): string {
  return `${WHOLE}tests:
  - name: main deploys
    provider: github
    claims: {sub: 'repo:acme/app:ref:refs/heads/main', repository: acme/app, repository_owner_id: '1001'}
    expect: ${expect}
`
}

const GOOD = tested(`{granted: {serviceAccount: ${ACCOUNT}}}`)
const FAILING = tested('{refused: no_grant}')

async function source(path: string) {
  const changes: PolicyChange[] = []
  const place = policyPlace(path, { allowLoopback: false, canVouch: false, sharesState: true })
  const policies = await openPolicySource(place, {
    now: Date.now,
    interval: 2 ** 30,
    maxAge: undefined,
    onChange: async (change) => void changes.push(change),
  })
  return { policies, changes }
}

test('a policy that fails its own tests is not loaded, and says which test and why', async () => {
  const path = write('failing.yaml', FAILING)
  const place = policyPlace(path, { allowLoopback: false, canVouch: false, sharesState: true })
  assert.deepEqual(await place.read(false), {
    ok: false,
    digest: await place.digest(),
    problems: [
      `${path}:19:13: test "main deploys": expected refused no_grant, got granted ${ACCOUNT} by deploy, an access token of 900 s for https://www.googleapis.com/auth/cloud-platform`,
    ],
  })
})

test('a change that fails its own tests leaves the last good policy, until it passes them', async () => {
  const path = write('policy.yaml', GOOD)
  const { policies, changes } = await source(path)
  const { digest } = policies.current()

  write('policy.yaml', FAILING)
  await policies.check()
  assert.equal(policies.current().digest, digest)
  assert.match(policies.state().rejected?.[0] ?? '', /test "main deploys": expected refused/)
  assert.equal(changes.at(-1)?.kind, 'rejected')

  write('policy.yaml', `${GOOD}# mended\n`)
  await policies.check()
  assert.notEqual(policies.current().digest, digest)
  assert.equal(policies.state().rejected, undefined)
  assert.equal(changes.at(-1)?.kind, 'loaded')
  policies.close()
})

test('requests are served while a policy with many tests is tried', async () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    GOOD.slice(GOOD.indexOf('  - name')).replace('main deploys', `test ${index}`),
  )
  const path = write('many.yaml', `${WHOLE}tests:\n${many.join('')}`)
  const reading = policyPlace(path, {
    allowLoopback: false,
    canVouch: false,
    sharesState: true,
  }).read(true)
  let turns = 0
  const timer = setInterval(() => (turns += 1), 1)
  assert.equal((await reading).ok, true)
  clearInterval(timer)
  assert.ok(turns > 5, `${turns} turns of the event loop`)
})

const forgetful: readonly (readonly [claim: string, sharesState: boolean, loads: boolean])[] = [
  ['a single use is not promised from the memory of one instance', false, false],
  ['a single use is promised where instances share what they remember', true, true],
]

for (const [claim, sharesState, loads] of forgetful) {
  test(claim, async () => {
    const once = WHOLE.replace('  - id: github', '  - id: github\n    singleUse: true')
    const path = write('once.yaml', once)
    const options = { allowLoopback: false, canVouch: false, sharesState }
    const reading = await policyPlace(path, options).read(false)
    const problem = 'provider github: singleUse needs STATE_STORE=redis://HOST:PORT'
    assert.deepEqual(reading.ok ? [] : reading.problems, loads ? [] : [problem])
  })
}
