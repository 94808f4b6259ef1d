import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Dealing } from './client.ts'
import type { Scene } from './scene.ts'

/** Milliseconds that a record may take from one process to the other. */
const PATIENCE = 5000

/** How many of each: `200: 31, 503: 4`. */
export function tally(names: readonly (string | number)[]): string {
  const counts = new Map<string | number, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${name}: ${count}`).join(', ')
}

/** The statuses of answers, counted; why there was none, where there was none. */
export function statuses(dealings: readonly Dealing[]): string {
  return tally(dealings.map(({ status, failure = '' }) => (status === 0 ? failure : status)))
}

/** Asserts that there are dealings and that each was answered by one of these statuses. */
export function assertAnswers(dealings: readonly Dealing[], ...allowed: readonly number[]): void {
  assert.ok(dealings.length > 0, 'nothing was asked')
  const others = dealings.filter(({ status }) => !allowed.includes(status))
  assert.equal(others.length, 0, `${allowed.join(' or ')} expected, got ${statuses(dealings)}`)
}

/** Asserts that who is entitled got a token and nobody else did. */
export function assertCalm(dealings: readonly Dealing[]): void {
  assertAnswers(
    dealings.filter(({ order }) => order.entitled),
    200,
  )
  const wrong = dealings.filter(({ order }) => !order.entitled)
  if (wrong.length > 0) assertAnswers(wrong, 400)
}

/** Asserts that each refusal says when to come again, in at most `most` seconds. */
export function assertRetryAfter(dealings: readonly Dealing[], most: number): void {
  for (const { status, retryAfter } of dealings) {
    if (status !== 503) continue
    assert.ok(retryAfter !== undefined, 'a 503 has no Retry-After')
    assert.ok(retryAfter >= 1 && retryAfter <= most, `Retry-After is ${retryAfter}`)
  }
}

/** The share of dealings that ended in a token, 0 to 1. */
export function granted(dealings: readonly Dealing[]): number {
  return dealings.filter(({ status }) => status === 200).length / dealings.length
}

/** Asserts that the refusals among the dealings are on record for one of these reasons. */
export async function assertReasons(
  { book }: Scene,
  dealings: readonly Dealing[],
  ...allowed: readonly string[]
): Promise<void> {
  const refusals = dealings.filter(({ status }) => status >= 400)
  const reasonOf = ({ requestId }: Dealing): string | undefined =>
    book.of(requestId).find(({ kind }) => kind === 'refused')?.reason
  const deadline = performance.now() + PATIENCE
  while (refusals.some((one) => reasonOf(one) === undefined) && performance.now() < deadline) {
    await wait(20)
  }
  const reasons = refusals.map((one) => reasonOf(one) ?? 'not on record')
  assert.ok(
    reasons.every((reason) => allowed.includes(reason)),
    `${allowed.join(' or ')} expected, recorded ${tally(reasons)}`,
  )
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
