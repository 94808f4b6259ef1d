import type { Check } from '../../../shared/explain/checklist.ts'
import type { ExplainedGrant } from '../../../shared/explain/explain-grants.ts'
import type { ExplainedDenial, Explanation } from '../../../shared/explain/explain.ts'
import { wordMinted } from '../../../shared/explain/tests/words.ts'
import type { ExplainedAttribute, ExplainedCondition } from '../../../shared/policy/explained.ts'
import type { Style, Terminal } from '../terminal.ts'
import { conditionLines, shortJson } from './render-condition.ts'

/** Writes an explanation as a tree for people. */
export function renderExplanation(explanation: Explanation, terminal: Terminal): void {
  const { line, style } = terminal
  const section = (title: string, lines: readonly string[]) => {
    if (lines.length === 0) return
    line()
    line(style('bold', title))
    for (const one of lines) line(`  ${one}`)
  }
  const { checks, provider, mapping, condition, principal, denials, grants } = explanation
  for (const one of headline(explanation, terminal)) line(one)
  section(
    'checks',
    checks.map((check) => checkLine(check, terminal)),
  )
  section(`provider ${provider ?? ''}`, [
    ...mapping.map((attribute) => attributeLine(attribute, terminal)),
    ...(condition === undefined ? [] : ruleLines('condition', condition, terminal)),
  ])
  section('principal', principal === undefined ? [] : [principal.name, ...principal.members])
  section(
    'denials',
    denials.flatMap((denial) => denialLines(denial, terminal)),
  )
  section('grants, nearest first', [
    ...grants.flatMap((grant) => grantLines(grant, terminal)),
    ...(explanation.otherGrants > 0
      ? [`and ${explanation.otherGrants} more that name other callers`]
      : []),
  ])
}

function headline({ decision, policy }: Explanation, { style }: Terminal): readonly string[] {
  const shadow = decision.shadow.map((id) => `mode audit: ${id} would have granted this`)
  if ('granted' in decision) {
    const { grant, serviceAccount } = decision.granted
    return [
      style('green', `GRANTED ${serviceAccount} by ${grant}`),
      `  ${wordMinted(decision.granted)}`,
      ...shadow.map((text) => `  ${text}`),
      `  policy ${policy}`,
    ]
  }
  const { reason, status, error, detail } = decision.refused
  return [
    style('red', `REFUSED ${reason}`) + ` (${status} ${error})`,
    ...(detail === undefined ? [] : [`  ${detail}`]),
    ...shadow.map((text) => `  ${text}`),
    `  policy ${policy}`,
  ]
}

const MARKS: Readonly<Record<Check['outcome'], readonly [string, Style]>> = {
  passed: ['ok     ', 'green'],
  failed: ['FAILED ', 'red'],
  skipped: ['skipped', 'dim'],
}

function checkLine({ name, outcome, detail }: Check, { style }: Terminal): string {
  const [mark, colour] = MARKS[outcome]
  return `${style(colour, mark)}  ${name.padEnd(10)}  ${detail ?? ''}`.trimEnd()
}

function attributeLine(
  { name, value, error, parts }: ExplainedAttribute,
  { style }: Terminal,
): string {
  if (value !== undefined) return `${name} = ${shortJson(value)}  ${style('dim', parts.text)}`
  const shown = parts.value === undefined ? '' : `${shortJson(parts.value)}, but `
  const why = `${shown}${error ?? 'it was not evaluated'}`
  return `${name} ${style('yellow', 'is not set')}  ${style('dim', `${parts.text}: ${why}`)}`
}

function denialLines(denial: ExplainedDenial, terminal: Terminal): readonly string[] {
  const { id, strikes, concerns, condition } = denial
  const verdict = strikes ? terminal.style('red', 'STRIKES') : 'does not strike'
  const why = concerns ? '' : ', it names other callers'
  const head = `${id}: ${verdict}${why}`
  return condition === undefined || !concerns
    ? [head]
    : [head, ...indented(conditionLines(condition, terminal))]
}

const VERDICTS: Readonly<Record<ExplainedGrant['verdict'], Style>> = {
  GRANTED: 'green',
  NOT_GRANTED: 'red',
  UNKNOWN: 'yellow',
}

function grantLines(grant: ExplainedGrant, terminal: Terminal): readonly string[] {
  const { id, verdict, serviceAccount, chosen, failed, condition, mints } = grant
  const mark = terminal.style(VERDICTS[verdict], verdict.padEnd('NOT_GRANTED'.length))
  const suffix = chosen ? ', the decision' : ''
  return [
    `${mark}  ${id} -> ${serviceAccount}${suffix}`,
    ...(failed === undefined ? [] : [`    ${failed.check}: ${failed.detail}`]),
    ...(mints === undefined ? [] : [`    ${wordMinted(mints)}`]),
    ...(condition === undefined ? [] : indented(conditionLines(condition, terminal))),
  ]
}

function ruleLines(
  name: string,
  condition: ExplainedCondition,
  terminal: Terminal,
): readonly string[] {
  return [`${name}:`, ...indented(conditionLines(condition, terminal))]
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `    ${line}`)
}
