import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reason } from '../../../shared/domain/refusal.ts'
import { expectedFor } from './expected.ts'
import type { HttpAnswer } from './http-client.ts'
import { tellingParts } from './secrets.ts'
import type { Stage } from './stage.ts'
import type { Tally } from './tally.ts'

/** Milliseconds of processor time that one turn of the event loop may take. */
const LONGEST_TURN = 100

/** What an attack must come to. */
export interface Outcome {
  readonly reason: Reason
  /** Kinds of tokens that Google minted before the end, for nobody; none unless given. */
  readonly minted?: readonly string[]
  /** Tokens that were sent and must stand in no output. */
  readonly sent?: readonly string[]
  /** Status and error where Node's own parser decides them. */
  readonly answer?: { readonly status: number; readonly error: string }
}

/** The assertions that every construction of the corpus has to pass. */
export interface Siege {
  readonly stage: Stage
  /** Asserts that the base is accepted. */
  readonly base: () => Promise<void>
  /** Asserts that this answer is the refusal, that it left its one record, and nothing else. */
  readonly refused: (outcome: Outcome, answer: HttpAnswer) => Promise<void>
  /** Asserts what must hold after everything; gives the longest turn in milliseconds. */
  readonly finish: () => Promise<void>
}

/** Warms the process up and begins the count. */
export async function beginSiege(stage: Stage): Promise<Siege> {
  const { stack, canary, records, line } = stage
  const bodies = new Map<string, string>()
  const refusals = new Set<string>()
  const secrets = new Set<string>()
  const allowed = new Set([`127.0.0.1:${stage.issuers.port}`, new URL(stack.google.url).host])
  let minted = 0
  let lines = 0

  async function exchangeBase(): Promise<void> {
    const { genuine } = stage.context()
    const { status, body } = await stage.exchange(genuine)
    assert.equal(status, 200, body)
    const { access_token: token } = JSON.parse(body) as { readonly access_token: string }
    for (const part of [...tellingParts(genuine), ...tellingParts(token)]) secrets.add(part)
    minted = stack.google.ledger().length
  }

  for (let nth = 0; nth < 25; nth += 1) await exchangeBase()
  await line.vitals()

  async function refused(outcome: Outcome, answer: HttpAnswer): Promise<void> {
    const { reason, sent = [] } = outcome
    const { status, error } = outcome.answer ?? expectedFor(reason)
    assertSafeHeaders(answer)
    assert.equal(answer.status, status, answer.body)
    const body = JSON.parse(answer.body) as Readonly<Record<string, string>>
    assert.deepEqual(Object.keys(body), ['error', 'error_description', 'request_id'])
    assert.equal(body['error'], error)
    const requestId = body['request_id'] ?? ''
    const same = answer.body.replace(requestId, '')
    assert.equal(same, bodies.get(error) ?? same, 'the body says more than its error')
    bodies.set(error, same)

    const recorded = (await records.outcome(requestId)).filter(({ decision }) => decision !== 'intent')
    assert.deepEqual(
      recorded.map((record) => [record.decision, record.reason, record.status]),
      [['refused', reason, status]],
    )
    refusals.add(requestId)

    const kinds = stack.google.ledger(minted).map(({ kind }) => kind)
    assert.deepEqual(kinds, outcome.minted ?? [])
    minted += kinds.length

    const vitals = await line.vitals()
    assert.equal(vitals.pid, stack.bureau.pid)
    assert.deepEqual(
      vitals.attempts.filter((address) => !allowed.has(address)),
      [],
    )
    assert.deepEqual(vitals.lookups, [])
    assert.equal(canary.connections(), 0)
    assert.ok(vitals.longest < LONGEST_TURN, `a turn of ${vitals.longest} ms`)

    const written = records.lines().slice(lines).join('\n')
    lines = records.lines().length
    for (const part of sent.flatMap(tellingParts)) {
      secrets.add(part)
      assert.ok(!written.includes(part), 'part of a token stands in the log')
      assert.ok(!answer.body.includes(part), 'part of a token stands in the answer')
    }
  }

  return {
    stage,
    refused,
    base: exchangeBase,
    async finish() {
      for (const requestId of refusals) {
        const records_ = records.of(requestId).filter(({ decision }) => decision === 'refused')
        assert.equal(records_.length, 1, `request ${requestId}`)
      }
      const output = [...records.lines(), ...stack.bureau.stderr()].join('\n')
      assert.doesNotMatch(output, /ya29\.|eyJ[\w-]{8}/)
      for (const part of secrets) assert.ok(!output.includes(part), 'a token stands in the output')
    },
  }
}

/** Headers of every answer, whatever it is. */
export function assertSafeHeaders({ headers }: HttpAnswer): void {
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['content-type'], 'application/json')
  for (const name of ['etag', 'x-powered-by', 'server', 'access-control-allow-origin']) {
    assert.equal(headers[name], undefined, name)
  }
}

/** Registers one construction as a test. The base passes after it, as it did after the one before. */
export function attack(
  tally: Tally,
  id: string,
  name: string,
  siege: () => Siege,
  run: (siege: Siege) => Promise<void>,
): void {
  const held = tally.plan(id)
  test(`${id} ${name}`, async () => {
    const current = siege()
    await run(current)
    await current.base()
    held()
  })
}
