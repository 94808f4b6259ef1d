import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startIdentityProvider } from '../../deploy/local/idp/identity-provider.ts'
import { createOrders, type Order } from './orders.ts'
import { seeded } from './seeded.ts'
import { createTenants } from './tenants.ts'

const idp = await startIdentityProvider({ port: 0 })
after(() => idp.close())

const BY_COUNT: readonly (readonly [what: string, tenants: number, victims: boolean])[] = [
  ['the only tenant asks for no account of another', 1, false],
  ['of two tenants some ask for the account of the other, and are not entitled', 2, true],
]

for (const [what, count, victims] of BY_COUNT) {
  test(what, async () => {
    const orders = createOrders(() => idp, Date.now, createTenants(count), seeded(1))
    const drawn: Order[] = []
    for (let draw = 0; draw < 1000; draw += 1) drawn.push(await orders.any())
    const asking = drawn.filter(({ fields }) => fields['audience'] !== undefined)
    assert.equal(asking.length > 0, victims)
    for (const { tenant, fields, entitled } of asking)
      assert.deepEqual([fields['audience'] === tenant.account, entitled], [false, false])
    assert.ok(drawn.some((order) => order.what === 'stranger'))
  })
}
