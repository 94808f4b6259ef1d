import { closest } from '../closest.ts'
import type { SourceMap } from '../yaml/source-map.ts'
import type { Finding } from './finding.ts'

const ALLOW = /#\s*allow\s+([a-z]+(?:-[a-z]+)+)\s*(:\s*\S)?/d

/** A comment that was to allow a finding, and allows none: its rule is misspelt, or no reason stands. */
export function idleAllows(source: SourceMap, rules: readonly string[]): readonly Finding[] {
  const findings: Finding[] = []
  for (let line = 1; line <= source.lineCount(); line += 1) {
    const found = ALLOW.exec(source.line(line))
    const [, name = '', reason] = found ?? []
    const message = faultOf(name, reason !== undefined, rules)
    if (message === undefined) continue
    const column = (found?.indices?.[1]?.[0] ?? 0) + 1
    findings.push({ rule: 'idle-allow', file: source.file, line, column, message })
  }
  return findings
}

/** Words that are no rule's name, nor nearly, are prose. */
function faultOf(name: string, reasoned: boolean, rules: readonly string[]): string | undefined {
  if (rules.includes(name))
    return reasoned ? undefined : `nothing is allowed without a reason: # allow ${name}: why`
  const near = name === '' ? undefined : closest(name, rules)
  return (
    near && `there is no rule ${name}, did you mean ${near}? Nothing is allowed by this comment`
  )
}
