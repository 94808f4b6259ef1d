import assert from 'node:assert/strict'
import { rename, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { POLICY_IDP } from '../../deploy/local/stack.ts'
import { assertCalm } from './expect.ts'
import type { Fault } from './fault.ts'
import { paced } from './load.ts'
import type { Recorded } from './records.ts'
import type { Scene } from './scene.ts'
import { policyOf, type Tenant } from './tenants.ts'

/** Replaces the policy file at once, as a mounted secret is. */
async function swap({ policyFile, idp }: Scene, text: string): Promise<void> {
  const next = `${policyFile}.next`
  await writeFile(next, text.replaceAll(POLICY_IDP, idp().url))
  await rename(next, policyFile)
}

const swaps: Fault = {
  name: 'policy-swaps',
  promise: 'policies that change under load drop no request, and no decision mixes two of them',
  async run(bench) {
    const scene = await bench.scene({
      env: { POLICY_INTERVAL: '1' },
      policies: ['account', 'otherAccount'],
    })
    const load = paced(scene.client, 100, 10, scene.orders.any)
    for (let turn = 0; turn < 7; turn += 1) {
      await wait(1250)
      // Each third policy is no policy: the last good one stays.
      const broken = turn % 3 === 2 ? '  - nonsense: true\n' : ''
      await swap(
        scene,
        policyOf(scene.tenants, turn % 2 === 0 ? 'otherAccount' : 'account') + broken,
      )
    }
    assertCalm(await load)

    const variants = new Map<string, Set<string>>()
    for (const recorded of scene.book.all()) {
      const { policy_digest: digest, account } = recorded.data.unmapped
      assert.ok(digest !== undefined, 'a decision without the digest of its policy')
      if (account !== undefined) setOf(variants, digest).add(variantOf(account, scene.tenants))
    }
    const led = [...variants.values()].map((each) => [...each].join())
    assert.deepEqual(new Set(led), new Set(['account', 'otherAccount']))
    assert.equal(led.length, 2, 'decisions by two policies')
    assert.deepEqual(mixed(scene.book.all()), [])
    return { policies: variants.size }
  },
}

function setOf<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  const set = map.get(key) ?? new Set<V>()
  map.set(key, set)
  return set
}

function variantOf(account: string, tenants: readonly Tenant[]): string {
  return tenants.some((tenant) => tenant.account === account) ? 'account' : 'otherAccount'
}

/** Requests whose records name two policies. */
function mixed(records: readonly Recorded[]): readonly string[] {
  const digests = new Map<string, Set<string | undefined>>()
  for (const { requestId, data } of records) {
    setOf(digests, requestId).add(data.unmapped.policy_digest)
  }
  return [...digests].flatMap(([requestId, each]) => (each.size === 1 ? [] : [requestId]))
}

const tenants: Fault = {
  name: 'tenants-200',
  promise: '200 tenants at once: no token, claim or record of one shows up at another',
  async run(bench) {
    const scene = await bench.scene({ tenants: 200 })
    const each = await Promise.all(
      scene.tenants.flatMap((tenant) => [
        scene.orders.right(tenant),
        scene.orders.right(tenant, 'id_token'),
        scene.orders.right(tenant),
        scene.orders.right(tenant),
        scene.orders.right(tenant),
      ]),
    )
    const interleaved = each
      .map((order) => ({ order, place: bench.random.next() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ order }) => order)
    assertCalm(
      await paced(
        scene.client,
        250,
        each.length / 250,
        async () => interleaved.pop() ?? assert.fail(),
      ),
    )

    const foreign = scene.client.dealings().filter(({ requestId, order }) =>
      scene.book
        .of(requestId)
        .flatMap(({ line }) => line.match(/\bt\d{3}\b/g) ?? [])
        .some((name) => name !== order.tenant.id),
    )
    assert.equal(foreign.length, 0, 'records that name another tenant')
    const { discovery, jwks } = scene.idp().counters().requests
    assert.deepEqual([discovery, jwks], [200, 200])
    return {}
  },
}

/** What becomes of decisions while policies change, or many issuers share one. */
export const POLICY_FAULTS: readonly Fault[] = [swaps, tenants]
