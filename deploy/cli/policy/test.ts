import { coverageOf, type Coverage } from '../../../shared/explain/tests/coverage.ts'
import { testsOf, type TestCase } from '../../../shared/explain/tests/case.ts'
import { runTest, type TestResult } from '../../../shared/explain/tests/run.ts'
import { rehearsedRequest } from '../../../shared/http/rehearsed-request.ts'
import { formatProblem } from '../../../shared/policy/problem.ts'
import { readTestsFile } from '../../../shared/policy/read-tests.ts'
import { textOption, type Command } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { POLICY_OPTIONS, readWholePolicy } from './open.ts'

/** `bureau policy test FILE`: runs the tests of a policy. */
export const policyTestCommand: Command = {
  description:
    'Runs the tests of a policy file: claims and a request in, the expected decision out, by the ' +
    "bureau's own mapping and authorization. Then tells which grants, denials and condition " +
    'branches no test reached. Ends with 1 where there is no test at all.',
  positionals: ['FILE'],
  options: {
    ...POLICY_OPTIONS,
    tests: { type: 'string', value: 'FILE', description: 'Run the tests of this file as well.' },
    tap: { type: 'boolean', description: 'Answer in TAP, version 14.' },
    'full-coverage': {
      type: 'boolean',
      description: 'Count everything that no test reached as a failure.',
    },
  },
  examples: [
    'bureau policy test policy.yaml',
    'bureau policy test policy.yaml --tests more-tests.yaml --tap',
  ],
  async run(call, terminal) {
    const [path = ''] = call.positionals
    const { options } = call
    const loaded = await readWholePolicy(path, options, terminal)
    if (loaded === undefined) return 1
    const tests = await withFurther(testsOf(loaded), textOption(call, 'tests'), terminal)
    if (tests === undefined) return 1

    const results = tests.map((test) => runTest(test, loaded, rehearsedRequest))
    const coverage = coverageOf(loaded, results)
    const failed = results.filter(({ problem }) => problem !== undefined).length
    if (options['json'] === true) terminal.json(asJson(results, coverage))
    else if (options['tap'] === true) showTap(results, coverage, terminal)
    else showTable(results, coverage, terminal)
    // A file without tests proves nothing: a build that counts on them has lost them.
    if (failed > 0 || results.length === 0) return 1
    return options['full-coverage'] === true && coverage.gaps.length > 0 ? 1 : 0
  },
}

async function withFurther(
  tests: readonly TestCase[],
  path: string | undefined,
  terminal: Terminal,
): Promise<readonly TestCase[] | undefined> {
  if (path === undefined) return tests
  const reading = await readTestsFile(path)
  if (reading.ok)
    return [...tests, ...reading.file.tests.map((entry) => ({ file: reading.file, entry }))]
  for (const problem of reading.problems) terminal.line(formatProblem(problem))
  return undefined
}

const NO_TESTS = 'no tests: write some under tests:, or name a file of them by --tests'

function showTable(results: readonly TestResult[], coverage: Coverage, terminal: Terminal): void {
  for (const { name, problem } of results) {
    const mark = problem ? terminal.style('red', 'FAIL') : terminal.style('green', 'ok  ')
    terminal.line(`${mark}  ${name}`)
    if (problem !== undefined) terminal.line(`      ${formatProblem(problem)}`)
  }
  const failed = results.filter(({ problem }) => problem !== undefined).length
  const none = results.length === 0
  const counts = none ? NO_TESTS : `${results.length} tests, ${failed} failed`
  if (!none) terminal.line()
  terminal.line(terminal.style(none || failed > 0 ? 'red' : 'green', counts))
  terminal.line(wordCoverage(coverage))
  for (const gap of coverage.gaps)
    terminal.line(terminal.style('yellow', `  ${formatProblem(gap)}`))
}

/** https://testanything.org/tap-version-14-specification.html */
function showTap(results: readonly TestResult[], coverage: Coverage, terminal: Terminal): void {
  terminal.line('TAP version 14')
  terminal.line(`1..${results.length}${results.length === 0 ? ` # ${NO_TESTS}` : ''}`)
  for (const [index, { name, problem }] of results.entries()) {
    const escaped = name.replaceAll(/[\\#]/g, '\\$&')
    terminal.line(`${problem ? 'not ok' : 'ok'} ${index + 1} - ${escaped}`)
    if (problem === undefined) continue
    const { file, line, column, message } = problem
    terminal.line('  ---')
    terminal.line(`  message: ${JSON.stringify(message)}`)
    terminal.line(`  at: ${JSON.stringify({ file, line, column })}`)
    terminal.line('  ...')
  }
  terminal.line(`# ${wordCoverage(coverage)}`)
  for (const gap of coverage.gaps) terminal.line(`# ${formatProblem(gap)}`)
}

function wordCoverage({ grants, denials, branches }: Coverage): string {
  const parts = { grants, denials, 'condition branches': branches }
  const words = Object.entries(parts).map(([name, { reached, all }]) => `${name} ${reached}/${all}`)
  return `coverage: ${words.join(', ')}`
}

function asJson(results: readonly TestResult[], coverage: Coverage) {
  return {
    ok: results.length > 0 && results.every(({ problem }) => problem === undefined),
    tests: results.map(({ name, test, problem, rehearsed }) => ({
      name,
      file: test.file.source.file,
      passed: problem === undefined,
      problem,
      decision: rehearsed?.decision,
    })),
    coverage,
  }
}
