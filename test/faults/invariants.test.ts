import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { breachesOf, INVARIANTS } from './invariants.ts'
import { crowd } from './load.ts'
import { createRecordBook } from './records.ts'
import { startScene, type Scene } from './scene.ts'
import { seeded } from './seeded.ts'

const scene = await startScene(seeded(1))
after(scene.forget)
const [tenant = assert.fail()] = scene.tenants
await crowd(scene.client, 4, () => scene.orders.right(tenant))
await crowd(scene.client, 4, () => scene.orders.right(tenant, 'id_token'))
await crowd(scene.client, 4, () => scene.orders.wrong(tenant, 'stranger'))
await scene.close()
const dealings = scene.client.dealings()

/** The scene with other dealings than those that took place. */
function dealt(change: (one: (typeof dealings)[number]) => object): Scene {
  const changed = dealings.map((one) => ({ ...one, ...change(one) }))
  return { ...scene, client: { ...scene.client, dealings: () => changed } }
}

/** The scene with a book that lacks the records of a kind. */
function without(kind: 'intent' | 'issued'): Scene {
  const book = createRecordBook()
  for (const record of scene.book.all()) if (record.kind !== kind) book.take(record.line)
  return { ...scene, book }
}

const [got = assert.fail()] = dealings
const lost = scene.log().findIndex((line) => line.includes('"issued:'))

const BREACHES: readonly (readonly [invariant: string, wrong: string, scene: Scene])[] = [
  ['what Google minted', 'a mint has no intent', without('intent')],
  ['what callers received', 'an answer has no record', without('issued')],
  [
    'what callers received',
    'the token is not the one on record',
    dealt(({ token }) => (token === undefined ? {} : { token: `${token}x` })),
  ],
  [
    'nothing is wrongly issued',
    'somebody who is not entitled got a token',
    dealt(({ order }) => ({ order: { ...order, entitled: false } })),
  ],
  [
    'nothing is wrongly issued',
    'the judge refuses what was answered: the token had expired',
    dealt(({ at }) => ({ at: at + 3_600_000 })),
  ],
  [
    'nothing is wrongly issued',
    'a token is another tenant’s',
    dealt(({ order }) => ({ order: { ...order, tenant: scene.tenants[1] ?? tenant } })),
  ],
  [
    'no secret',
    'a line holds a signature',
    { ...scene, output: [`see ${got.order.subjectToken.split('.')[2]}`] },
  ],
  ['no secret', 'a line holds a token', { ...scene, output: [`got ${got.token}`] }],
  ['no 500', 'an answer is a 500', dealt(() => ({ status: 500 }))],
  ['no 500', 'an answer cannot be read', dealt(() => ({ failure: 'not JSON' }))],
  [
    'the log verifies',
    'a record is missing',
    { ...scene, log: () => scene.log().toSpliced(lost, 1) },
  ],
]

test('a run in which nothing breaks breaches nothing', () => {
  assert.deepEqual(breachesOf(scene, []), [])
})

for (const [invariant, wrong, broken] of BREACHES) {
  test(`${invariant}: notices that ${wrong}`, () => {
    const named = Object.keys(INVARIANTS).find((name) => name.startsWith(invariant))
    assert.ok(breachesOf(broken, []).some((breach) => breach.startsWith(named ?? 'none')))
  })
}
