import assert from 'node:assert/strict'
import { rename, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { POLICY_IDP } from '../../deploy/local/stack.ts'
import { scenarioPolicy, startScene } from '../support/scene.ts'
import { exchangeAt } from '../support/token-exchange.ts'

const CALLERS = 30

/** The scenarios' policy with so many grants more, a hundred conditions among them. */
function grown(policy: string, grants: number): string {
  const rows = Array.from(
    { length: grants },
    (_, index) => `  - id: more-${index}
    members: ['github:attribute.repository_id/${100_000 + index}']
    condition: assertion.ref == 'refs/heads/${index % 100}'
    serviceAccount: more-${index}@acme-prod.iam.gserviceaccount.com
    accessToken: {scopes: ['https://www.googleapis.com/auth/cloud-platform']}
`,
  )
  return policy.replace('\ngrants:\n', `\ngrants:\n${rows.join('')}`)
}

test('a reload of 10,000 grants under load refuses no request and drops none', async () => {
  const scene = await startScene({
    env: { POLICY_INTERVAL: '1', RATE_LIMIT_PER_MINUTE: '1000000' },
  })
  try {
    const token = await scene.pipeline()
    const large = grown(await scenarioPolicy(), 10_000).replaceAll(POLICY_IDP, scene.idp.url)
    await writeFile(`${scene.policyFile}.next`, large)

    const loaded = new AbortController()
    const inForce = scene.bureau
      .line((line) => line.includes('is in force'))
      .finally(() => loaded.abort())
    const statuses: number[] = []
    const caller = async (): Promise<void> => {
      while (!loaded.signal.aborted)
        statuses.push((await exchangeAt(scene.bureau.url, token)).status)
    }
    await rename(`${scene.policyFile}.next`, scene.policyFile)
    await Promise.all([inForce, ...Array.from({ length: CALLERS }, caller)])
    statuses.push((await exchangeAt(scene.bureau.url, token)).status)
    assert.deepEqual(new Set(statuses), new Set([200]))
    assert.ok(statuses.length > CALLERS, `${statuses.length} requests`)
  } finally {
    await scene.close()
  }
})
