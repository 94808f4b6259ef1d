import assert from 'node:assert/strict'
import { outcomeOf } from './log-lines.ts'
import type { Scene } from './scene.ts'
import { exchangeAt, type Fields } from './token-exchange.ts'

/** How an exchange was refused, and what came of it all the same. */
export interface RefusedExchange {
  readonly refusal: readonly [error: string, reason: string]
  /** The kinds of what Google minted for it. */
  readonly minted: readonly string[]
}

/** Exchanges a subject token where that must fail: no token in the answer, and a record. */
export async function refusedExchange(
  scene: Scene,
  subjectToken: string,
  change: Fields = {},
): Promise<RefusedExchange> {
  const before = scene.google.ledger().length
  const { status, body } = await exchangeAt(scene.bureau.url, subjectToken, change)
  assert.ok(status === 400 || status === 503, `${status} is no refusal`)
  assert.equal('access_token' in body, false)
  const { reason = '' } = await outcomeOf(scene.bureau, body.request_id)
  return {
    refusal: [body.error, reason],
    minted: scene.google.ledger(before).map(({ kind }) => kind),
  }
}
