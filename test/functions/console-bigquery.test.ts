import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { HOUR, linesOf, MINUTE } from '../support/audit-history.ts'
import { bigQueryDouble, type BigQueryDouble } from '../support/bigquery-double.ts'
import { startConsoleWorld, storeHistory, type ConsoleWorld } from '../support/console-world.ts'

const TABLE = 'acme-audit.audit.deliveries'
const AT = Date.now() - 2 * HOUR
const lines = await linesOf(
  Array.from({ length: 8 }, (_, nth) => ({
    at: AT + nth * MINUTE,
    ...(nth === 7 ? ({ refused: 'no_grant' } as const) : {}),
  })),
)

let double: BigQueryDouble
let world: ConsoleWorld
before(async () => {
  // Pub/Sub delivers at least once; somebody deleted the record after the opening.
  const held = [...lines, ...lines.slice(4, 6)].filter((line) => line !== lines[1])
  double = await bigQueryDouble(held, { table: TABLE, page: 500 })
  world = await startConsoleWorld((store) => storeHistory(store, []), {
    AUDIT_STORE: `bigquery:${TABLE}`,
    BIGQUERY_EMULATOR_HOST: new URL(double.origin).host,
  })
})
after(async () => {
  await world.close()
  await double.close()
})

async function integrityPage(): Promise<string> {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const page = await (await world.get('/integrity')).text()
    if (!page.includes('Look again')) return page
    await wait(50)
  }
  throw new Error('the verification does not end')
}

test('readiness asks BigQuery for nothing', async () => {
  assert.equal((await world.get('/ready', {})).status, 200)
  assert.deepEqual(double.queries, [])
})

test('the integrity panel verifies the chains of a table, and says since when', async () => {
  const page = await integrityPage()
  assert.match(page, /The log does not verify: 2 findings/)
  assert.match(page, /record 1 is missing/)
  assert.match(page, /without an intent/)
  assert.match(page, /16 records in 1 chains since \d{4}-\d\d-\d\d/)
  assert.match(page, /2 checkpoints signed by the key at hand/)
  assert.deepEqual(double.complaints, [])
})

/** Queries of a verification so far. */
function paid(): number {
  return double.queries.filter(({ query }) => /SELECT record FROM/.test(query)).length
}

test('a verification of late is not paid for again, within a minute not even where somebody asks', async () => {
  const until = paid()
  await integrityPage()
  assert.equal(paid(), until)
  assert.equal((await world.post('/verify', {})).status, 303)
  await integrityPage()
  assert.equal(paid(), until)
})

test('the command of an event page names the table', async () => {
  const { events } = (await (await world.get('/api/events?show=refused')).json()) as {
    readonly events: readonly { readonly id: string }[]
  }
  const page = await (await world.get(`/event?id=${events[0]?.id}`)).text()
  assert.ok(page.includes(` --record bigquery:${TABLE} --id `))
})
