import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { after, before, describe } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { lintPolicy } from '../../shared/policy/lint/lint.ts'
import { loadPolicy } from '../../shared/policy/load.ts'
import type { Records } from '../support/attacks/records.ts'
import { attack, beginSiege, type Siege } from '../support/attacks/siege.ts'
import { startStage, type Stage } from '../support/attacks/stage.ts'
import type { Tally } from '../support/attacks/tally.ts'

/** Policies that must not be loaded; each is made of the good one's text. */
const BAD_POLICIES: readonly (readonly [name: string, text: (good: string) => string])[] = [
  ['a duplicate key', (good) => good.replace('"version":1', '"version":1,"version":1')],
  ['an unknown field', (good) => good.replace('"version":1', '"version":1,"debug":true')],
  ['an alias bomb', (good) => `${aliasBomb()}rest: ${good}`],
  ['no condition', (good) => good.replace(/,"attributeCondition":"[^"]*"/, '')],
  [
    'a condition that returns a string',
    (good) =>
      good.replace(/"attributeCondition":"[^"]*"/, '"attributeCondition":"string(assertion.sub)"'),
  ],
  ['a version that is not known', (good) => good.replace('"version":1', '"version":2')],
  ['half a file', (good) => good.slice(0, good.length / 2)],
  ['an empty file', () => ''],
]

/** What happens to a process whose policy file is changed under it. */
export function policyAttacks(tally: Tally): void {
  describe('hostile policies', { concurrency: 1 }, () => {
    let stage: Stage
    let siege: Siege
    let good: string
    before(async () => {
      stage = await startStage({ env: { POLICY_INTERVAL: '1' } })
      siege = await beginSiege(stage)
      good = await readFile(stage.stack.policyFile, 'utf8')
    })
    after(() => stage.close())

    for (const [name, bad] of BAD_POLICIES) {
      attack(
        tally,
        'PB23',
        name,
        () => siege,
        async () => {
          const { records, client, stack } = stage
          const from = records.lines().length
          await writeFile(stack.policyFile, bad(good))
          const told = await lineAfter(records, from, 'policy not loaded: ')
          assert.match(told, /policy\.yaml(:[0-9]+:[0-9]+)?: /)
          const ready = await client.send({ method: 'GET', path: '/ready', headers: {} })
          assert.equal(ready.status, 200, 'the last good policy serves')
          assert.match(ready.body, /"changeRejected":true/)
        },
      )
    }

    for (const match of ['startsWith on the name in sub', 'endsWith on the name in email']) {
      attack(
        tally,
        'PB10',
        `the check warns: ${match}`,
        () => siege,
        async () => {
          const loaded = loadPolicy({ name: 'policy.yaml', bytes: good }, { allowLoopback: true })
          assert.ok(loaded.ok)
          const { findings } = lintPolicy(loaded)
          const warnings = findings.filter(({ rule }) => rule === 'unanchored-match')
          assert.ok(
            warnings.some(({ message }) => message.startsWith(match)),
            JSON.stringify(warnings),
          )
        },
      )
    }

    attack(
      tally,
      'PB28',
      'a policy replaced in mid-request',
      () => siege,
      async ({ accepted }) => {
        const { records, stack } = stage
        const digestOf = async (requestId: string): Promise<unknown> => {
          const [{ policy_digest: first } = {}, { policy_digest: last } = {}] = (
            await records.outcome(requestId)
          ).map(unmappedOf)
          assert.equal(first, last, 'intent and outcome name one policy')
          return first
        }
        // Two loads: the good one again, then one that calls the grant something else.
        await replace(stage, `${good}\n`)
        stack.google.faults.set('sts', { kind: 'slow', seconds: 1.8, times: 1 })
        const { genuine } = stage.context()
        const asked = stage.exchange(genuine)
        await replace(stage, good.replace('"id":"deploy"', '"id":"renamed"'))
        const answer = await asked
        await accepted(answer, [genuine])
        const requestId = String(answer.headers['x-request-id'])
        const [, issued] = await records.outcome(requestId)
        assert.equal(unmappedOf(issued)['grant'], 'deploy')

        const later = await stage.exchange(stage.context().genuine)
        await accepted(later, [])
        const laterId = String(later.headers['x-request-id'])
        assert.notEqual(await digestOf(laterId), await digestOf(requestId))
        assert.equal(unmappedOf((await records.outcome(laterId))[1])['grant'], 'renamed')
      },
    )
  })
}

/** Ten lists of ten of the list before: ten thousand million entries in a few lines. */
function aliasBomb(): string {
  const lists = Array.from({ length: 10 }, (_, at) => {
    const entry = at === 0 ? 'x' : `*l${at - 1}`
    return `l${at}: &l${at} [${Array.from({ length: 10 }, () => entry).join(', ')}]\n`
  })
  return lists.join('')
}

/** Writes a policy and waits until it is in force. */
async function replace({ records, stack }: Stage, policy: string): Promise<void> {
  const from = records.lines().length
  await writeFile(stack.policyFile, policy)
  await lineAfter(records, from, 'is in force')
}

async function lineAfter(records: Records, from: number, text: string): Promise<string> {
  const deadline = Date.now() + 15_000
  for (;;) {
    const found = records
      .lines()
      .slice(from)
      .find((line) => line.includes(text))
    if (found !== undefined) return found
    assert.ok(Date.now() < deadline, `no line says: ${text}`)
    await wait(10)
  }
}

function unmappedOf(
  record: { readonly entry: object } | undefined,
): Readonly<Record<string, unknown>> {
  const { event } = (record?.entry ?? {}) as {
    readonly event?: { readonly data: { readonly unmapped: Readonly<Record<string, unknown>> } }
  }
  return event?.data.unmapped ?? {}
}
