import type { LoadedPolicy } from '../../../shared/policy/load.ts'
import { lintPolicy } from '../../../shared/policy/lint/lint.ts'
import { formatProblem } from '../../../shared/policy/problem.ts'
import type { Command } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { POLICY_OPTIONS, readPolicy } from './open.ts'
import { expansionsOf } from './expansions.ts'

/** `bureau policy check FILE`: everything that is wrong with a policy, or dangerous. */
export const policyCheckCommand: Command = {
  description:
    'Checks a policy file: what the bureau would refuse to load, and what is legal but dangerous. ' +
    'Prints what presets expand to. A finding that is meant is allowed by a comment beside or above ' +
    'it: # allow RULE: reason.',
  positionals: ['FILE'],
  options: {
    ...POLICY_OPTIONS,
    quiet: { type: 'boolean', description: 'Do not print what presets expand to.' },
  },
  examples: ['bureau policy check policy.yaml', 'bureau policy check policy.yaml --json'],
  async run({ options, positionals: [path = ''] }, terminal) {
    const result = await readPolicy(path, options)
    const json = options['json'] === true
    if (!result.ok) {
      const { problems } = result
      if (json) terminal.json({ ok: false, problems, findings: [], accepted: [], presets: [] })
      else showProblems(problems.map(formatProblem), terminal)
      return 1
    }
    const { findings, accepted } = lintPolicy(result)
    const presets = expansionsOf(result)
    if (json) {
      const ok = findings.length === 0
      terminal.json({ ok, digest: result.digest, problems: [], findings, accepted, presets })
    } else {
      if (options['quiet'] !== true)
        for (const line of presets.flatMap(expansionLines)) terminal.line(line)
      showFindings(
        findings.map((one) => [formatProblem(one), one.rule]),
        terminal,
      )
      terminal.line(summary(result, findings.length, accepted.length, terminal))
    }
    return findings.length === 0 ? 0 : 1
  },
}

function showProblems(problems: readonly string[], { line, style }: Terminal): void {
  for (const problem of problems) line(problem)
  line(style('red', `not loaded: ${counted(problems.length, 'problem')}`))
}

function showFindings(
  findings: readonly (readonly [text: string, rule: string])[],
  { line, style }: Terminal,
): void {
  for (const [text, rule] of findings) line(`${text} ${style('yellow', `[${rule}]`)}`)
}

function expansionLines({ provider, preset, values }: ReturnType<typeof expansionsOf>[number]) {
  return [
    `provider ${provider}, preset ${preset}, expands to:`,
    ...values.map(({ key, value }) => `  ${key}: ${value}`),
    '',
  ]
}

function summary(
  { policy, files }: LoadedPolicy,
  findings: number,
  accepted: number,
  { style }: Terminal,
): string {
  const providers = [...policy.providersByIssuer.values()].flat().length
  const grants = files.reduce((sum, file) => sum + file.grants.length, 0)
  const size = `${counted(providers, 'provider')}, ${counted(grants, 'grant')}, ${counted(policy.denials.length, 'denial')}`
  const allowed = accepted === 0 ? '' : `, ${accepted} allowed`
  return findings === 0
    ? style('green', `ok: ${size}${allowed}`)
    : style('yellow', `loads, with ${counted(findings, 'finding')}${allowed}: ${size}`)
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
