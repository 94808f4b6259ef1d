import { setTimeout as wait } from 'node:timers/promises'
import { startStack, type Stack } from '../../deploy/local/stack.ts'
import { judge } from '../oracle/oracle.ts'
import type { RawRequest } from '../oracle/rules.ts'
import type { Verdict } from '../oracle/verdict.ts'
import { httpClient, type HttpAnswer } from '../support/attacks/http-client.ts'
import { startIssuers } from '../support/attacks/issuers.ts'
import { makeCase } from './case.ts'
import { readMints, shown } from './mints.ts'
import { makeFuzzWorld, type FuzzWorld } from './world.ts'

/** Requests under way at once. */
const ABREAST = 12
/** Disagreements that are told. */
const TOLD = 10
/** Times that a request is sent again which the bureau was too busy for, and minted nothing for. */
const RETRIES = 5

/** What a run came to. */
export interface FuzzReport {
  readonly seed: number
  readonly cases: number
  readonly accepted: number
  /** Cases whose times were so close to a limit that both answers are right. */
  readonly undecided: number
  readonly disagreements: number
  /** The first of them. */
  readonly told: readonly string[]
}

/**
 * Sends `cases` mutated requests to a function's process and asks the judge about each: either both
 * refuse, or both accept and Google minted what the judge says, once.
 */
export async function fuzz(seed: number, cases: number): Promise<FuzzReport> {
  const issuers = await startIssuers()
  const world = makeFuzzWorld(issuers.url)
  for (const [path, signers] of Object.entries(world.signers)) {
    issuers.publish(path, { keys: signers.map(({ publicJwk }) => publicJwk) })
  }
  const stack = await startStack({
    policy: world.policy,
    env: { RATE_LIMIT_PER_MINUTE: '1000000' },
    output: { keepOutput: false },
  }).catch(async (error: unknown) => {
    await issuers.close()
    throw error
  })
  try {
    return await run(seed, cases, world, stack)
  } finally {
    await stack.close()
    await issuers.close()
  }
}

async function run(
  seed: number,
  cases: number,
  world: FuzzWorld,
  { bureau, google }: Stack,
): Promise<FuzzReport> {
  const client = httpClient(bureau.port, ABREAST)
  const mints = readMints(google.ledger)
  const isBusy = (answer: HttpAnswer): boolean =>
    answer.status === 503 && mints.of(requestIdOf(answer)).length === 0
  const told: string[] = []
  const counted = { accepted: 0, undecided: 0, disagreements: 0 }

  const one = async (nth: number): Promise<void> => {
    const request = makeCase(seed, nth, world, Date.now() / 1000)
    const before = judge(request, world.rules, Date.now() / 1000)
    const { method, target: path, headers, body } = request
    let answer = await client.send({ method, path, headers, body })
    for (let retry = 0; retry < RETRIES && isBusy(answer); retry += 1) {
      await wait(Number(answer.headers['retry-after'] ?? 1) * 1000)
      answer = await client.send({ method, path, headers, body })
    }
    const after = judge(request, world.rules, Date.now() / 1000)
    const minted = mints.of(requestIdOf(answer))
    if (answer.status === 200) counted.accepted += 1
    if (before.accepted !== after.accepted) {
      counted.undecided += 1
      return
    }
    const wrong = disagreement(after, answer, minted)
    if (wrong === undefined) return
    counted.disagreements += 1
    if (told.length < TOLD) told.push(`case ${nth} of seed ${seed}: ${wrong}\n  ${said(request)}`)
  }
  await Promise.all(
    Array.from({ length: ABREAST }, async (_, lane) => {
      for (let nth = lane; nth < cases; nth += ABREAST) await one(nth)
    }),
  )
  client.close()
  return { seed, cases, ...counted, told }
}

/** What is wrong with an answer; undefined where the judge agrees with it. */
function disagreement(
  verdict: Verdict,
  { status, body }: HttpAnswer,
  minted: readonly string[],
): string | undefined {
  if (!verdict.accepted) {
    if (status === 200) return `accepted, and the judge refuses: ${verdict.because}`
    if (minted.length > 0) return `refused with ${status}, and minted ${minted.join(', ')}`
    return status >= 500 ? `answered with ${status}: ${body}` : undefined
  }
  const expected = shown(verdict.mint)
  if (status !== 200) return `refused (${body}), and the judge accepts: ${expected}`
  return minted.length === 1 && minted[0] === expected
    ? undefined
    : `minted ${minted.join(', ') || 'nothing'}, and the judge says ${expected}`
}

function requestIdOf({ headers, body }: HttpAnswer): string {
  const { 'x-request-id': header } = headers
  return typeof header === 'string' ? header : (/"request_id":"([^"]*)"/.exec(body)?.[1] ?? '')
}

function said({ method, target, headers, body }: RawRequest): string {
  return `${method} ${target} ${JSON.stringify(headers)} ${Buffer.from(body).toString().slice(0, 2000)}`
}
