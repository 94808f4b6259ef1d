import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reason } from '../../../shared/domain/refusal.ts'
import { expectedFor } from './expected.ts'
import type { HttpAnswer } from './http-client.ts'
import type { RecordLine } from './records.ts'
import { assertSafeHeaders } from './safe-headers.ts'
import { tellingParts, tokenLikes } from './secrets.ts'
import type { Stage } from './stage.ts'
import type { Tally } from './tally.ts'

/** Milliseconds. */
const LONGEST_TURN = 100

/** What an attack must come to. */
export interface Outcome {
  readonly reason: Reason
  /** Kinds of tokens that Google minted before the end, for nobody; none unless given. */
  readonly minted?: readonly string[]
  /** Tokens that were sent and must stand in no output. */
  readonly sent?: readonly string[]
  /** Milliseconds of processor time that one turn of the event loop may take; 100 unless given. */
  readonly longest?: number
  /** Where the reason alone does not say it. */
  readonly status?: number
  /** One sink took the `issued` record before another refused it: the refusal takes it back. */
  readonly takenBack?: boolean
}

/** The assertions that every construction of the corpus has to pass. */
export interface Siege {
  readonly stage: Stage
  /** Asserts that the base is accepted. */
  readonly base: () => Promise<void>
  /** Asserts that this answer is a token, recorded as issued and minted once. */
  readonly accepted: (answer: HttpAnswer, sent: readonly string[]) => Promise<void>
  /** Asserts that a request whose caller is gone ended as `aborted`, without an account's token. */
  readonly hungUp: (sent: readonly string[]) => Promise<void>
  /** Asserts that this answer is the refusal, that it left its one record, and nothing else. */
  readonly refused: (outcome: Outcome, answer: HttpAnswer) => Promise<void>
  /** Asserts what must hold after everything. */
  readonly finish: () => Promise<void>
  /** Milliseconds of processor time: the longest turn of the event loop so far. */
  readonly longest: () => number
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
  let longestTurn = 0

  async function accepted(answer: HttpAnswer, sent: readonly string[]): Promise<void> {
    assertSafeHeaders(answer)
    assert.equal(answer.status, 200, answer.body)
    const { access_token: token } = JSON.parse(answer.body) as { readonly access_token: string }
    for (const part of [...sent, token].flatMap(tellingParts)) secrets.add(part)
    const recorded = await records.outcome(String(answer.headers['x-request-id']))
    assert.deepEqual(
      recorded.map(({ decision }) => decision),
      ['intent', 'issued'],
    )
    assertMinted(['federated', 'access_token'])
  }

  async function exchangeBase(): Promise<void> {
    const { genuine } = stage.context()
    await accepted(await stage.exchange(genuine), [genuine])
  }

  function assertMinted(expected: readonly string[]): void {
    const kinds = stack.google.ledger(minted).map(({ kind }) => kind)
    minted += kinds.length
    assert.deepEqual(kinds, expected)
  }

  for (let nth = 0; nth < 25; nth += 1) await exchangeBase()
  const { attempts } = await line.vitals()
  assert.deepEqual(new Set(attempts), allowed, 'the agent sees where the process connects')

  async function refused(outcome: Outcome, answer: HttpAnswer): Promise<void> {
    const { reason, sent = [], longest = LONGEST_TURN } = outcome
    const { error, status } = { ...expectedFor(reason), ...statusOf(outcome) }
    assertSafeHeaders(answer)
    assert.equal(answer.status, status, answer.body)
    const body = JSON.parse(answer.body) as Readonly<Record<string, string>>
    assert.deepEqual(Object.keys(body), ['error', 'error_description', 'request_id'])
    assert.equal(body['error'], error)
    const requestId = body['request_id'] ?? ''
    const same = answer.body.replace(requestId, '')
    assert.equal(same, bodies.get(error) ?? same, 'the body says more than its error')
    bodies.set(error, same)
    for (const part of sent.flatMap(tellingParts)) {
      assert.ok(!answer.body.includes(part), 'part of a token stands in the answer')
    }

    await records.find((record) => record.decision === 'refused' && idOf(record) === requestId)
    assertRefusal(records.of(requestId), reason, status, outcome.takenBack === true)
    refusals.add(requestId)
    assertMinted(outcome.minted ?? [])
    await assertCalm(sent, longest)
  }

  async function hungUp(sent: readonly string[]): Promise<void> {
    const requestId = idOf(
      await records.find((record) => record.reason === 'aborted' && !refusals.has(idOf(record))),
    )
    assertRefusal(records.of(requestId), 'aborted', expectedFor('aborted').status, false)
    refusals.add(requestId)
    assertMinted(['federated'])
    await assertCalm(sent, LONGEST_TURN)
  }

  /** The process is the same, went nowhere else, held nobody up, and wrote no token. */
  async function assertCalm(sent: readonly string[], longest: number): Promise<void> {
    const vitals = await line.vitals()
    assert.equal(vitals.pid, stack.bureau.pid)
    const elsewhere = vitals.attempts.filter((address) => !allowed.has(address))
    assert.deepEqual(elsewhere, [])
    assert.deepEqual(vitals.lookups, [])
    assert.equal(canary.connections(), 0)
    longestTurn = Math.max(longestTurn, vitals.longest)
    assert.ok(vitals.longest < longest, `a turn of ${vitals.longest} ms`)

    const written = records.lines().slice(lines).join('\n')
    lines = records.lines().length
    for (const part of sent.flatMap(tellingParts)) {
      secrets.add(part)
      assert.ok(!written.includes(part), 'part of a token stands in the log')
    }
  }

  return {
    stage,
    base: exchangeBase,
    accepted,
    hungUp,
    refused,
    longest: () => longestTurn,
    async finish() {
      for (const requestId of refusals) {
        const ends = records.of(requestId).filter(({ decision }) => decision === 'refused')
        assert.equal(ends.length, 1, `request ${requestId}`)
      }
      const output = [...records.lines(), ...stack.bureau.stderr()].join('\n')
      assert.deepEqual(tokenLikes(output), [])
      // Each token was looked for in its own request's lines; here, by whole runs, in all others.
      const runs = new Set(output.match(/[\w-]{16,}/g))
      for (const part of secrets) assert.ok(!runs.has(part), 'a token stands in the output')
    },
  }
}

/** Exactly one refusal, after an intent or without one. */
function assertRefusal(
  recorded: readonly RecordLine[],
  reason: Reason,
  status: number,
  takenBack: boolean,
): void {
  const ends = recorded.filter(({ decision }) => decision !== 'intent')
  assert.deepEqual(
    ends.map((end) => [end.decision, end.reason, end.status]),
    [...(takenBack ? [['issued', 'issued', 200]] : []), ['refused', reason, status]],
  )
}

function idOf({ entry }: RecordLine): string {
  return String(entry['request_id'])
}

function statusOf({ status }: Outcome): { readonly status?: number } {
  return status === undefined ? {} : { status }
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
