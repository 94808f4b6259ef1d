import type { SourceMap } from '../yaml/source-map.ts'
import type { Finding } from './finding.ts'

/** `# allow RULE: reason`, beside the finding's line or in the comment right above it. */
const ALLOW = /#\s*allow\s+([a-z-]+)\s*:\s*(\S.*)$/

/** Whether the author looked at a finding and allowed it, with a reason. */
export function isAccepted({ rule, line }: Finding, source: SourceMap): boolean {
  if (allows(source.line(line), rule)) return true
  for (let above = line - 1; /^\s*#/.test(source.line(above)); above -= 1)
    if (allows(source.line(above), rule)) return true
  return false
}

function allows(text: string, rule: string): boolean {
  const [, name] = ALLOW.exec(text) ?? []
  return name === rule
}
