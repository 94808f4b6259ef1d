import type { Extract } from './extract.ts'
import type { Findings } from './finding.ts'
import { isWithin, mayBeginBefore, type VerifyOptions } from './options.ts'

/** Pairs intents with their outcomes. */
export interface Intents {
  /** `unordered`: places before the record are still open, so its intent may follow. */
  follow(record: Extract, line: number, unordered: boolean): void
  finish(): void
}

/** Milliseconds that a request takes from its intent to its outcome, at the very most. */
const LONGEST_REQUEST = 60_000

interface Place {
  readonly chain: string
  readonly seq: number
  readonly line: number
  readonly time: string
}

/** Finds intents without outcome, and issues without intent, in whatever order they come. */
export function followIntents(findings: Findings, options: VerifyOptions): Intents {
  const intents = new Map<string, Place>()
  const issues = new Map<string, Place>()
  const early = new Set<string>()
  const now = options.now ?? Date.now()

  return {
    follow({ kind, requestId, chain, seq, time }, line, unordered) {
      const place = { chain, seq, line, time }
      if (kind === 'intent') {
        if (!issues.delete(requestId) && !early.delete(requestId)) intents.set(requestId, place)
      } else if (kind === 'issued') {
        if (!intents.delete(requestId)) issues.set(requestId, place)
      } else if (kind === 'refused' && !intents.delete(requestId) && unordered) {
        early.add(requestId)
      }
    },
    finish() {
      for (const [id, { time, ...place }] of intents) {
        if (!isWithin(time, options)) continue
        if (options.live === true && now - Date.parse(time) < LONGEST_REQUEST) continue
        const message = `Google was asked for request ${id}, and no outcome follows`
        findings.add({ kind: 'intent_without_outcome', ...place, message })
      }
      for (const [id, { chain, seq, line, time }] of issues) {
        if (!isWithin(time, options) || mayBeginBefore(id, options)) continue
        const message = `a token was issued for request ${id} without an intent`
        findings.add({ kind: 'issued_without_intent', chain, seq, line, message })
      }
    },
  }
}
