import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse, plan } from '@bufbuild/cel'
import { createBudget } from '../../../shared/policy/cel/budget.ts'
import { createEnvironment } from '../../../shared/policy/cel/environment.ts'
import { compilePattern } from '../../../shared/policy/cel/patterns.ts'
import { repair } from '../../../shared/policy/cel/repair.ts'
import { suiteNames, vectorsOf } from '../../support/cel-vectors.ts'
import type { Vector } from '../../support/cel-vectors.ts'

/** The suites of the language's core. */
const CORE: readonly string[] = [
  'basic',
  'comparisons',
  'conversions',
  'fields',
  'fp_math',
  'integer_math',
  'lists',
  'logic',
  'macros',
  'namespace',
  'parse',
  'plumbing',
  'string',
  'timestamps',
]

/** The one extension that Google has in part, and the sections of it. */
const STRINGS = 'string_ext'
const STRING_SECTIONS = /^string_ext\/(ascii_casing|join|split)\//

/** Suites of what a policy does not have. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  bindings_ext: 'no cel.bind',
  block_ext: 'no cel.block',
  dynamic: 'protobuf wrappers',
  encoders_ext: 'no base64',
  enums: 'protobuf enums',
  macros2: 'no macros of two variables',
  math_ext: 'no math functions',
  optionals: 'no optional values',
  proto2: 'protobuf messages',
  proto2_ext: 'protobuf extensions',
  proto3: 'protobuf messages',
  type_deductions: 'types of the static checker',
  unknowns: 'no unknown values',
  wrappers: 'protobuf wrappers',
}

/** Vectors that fail, how many, and why. One of them that passes fails the test. */
const EXCEPTIONS: readonly (readonly [name: RegExp, count: number, reason: string])[] = [
  [/^fields\/quoted_map_fields\//, 6, 'the parser knows no names in back quotes'],
  [/^string_ext\/ascii_casing\/upperascii/, 3, 'Google has no upperAscii'],
]

/** How many vectors run, of which the exceptions fail; and how many are of protobuf messages. */
const RUN = 1094
const OF_MESSAGES = 99

/**
 * A vector goes through what evaluates a policy: the engine's parser, `repair`, and the environment
 * with our functions. Left out are the checks at load alone: they refuse what Google's dialect does
 * not have (other names and functions, patterns that are no literals, deep expressions).
 */
function holds(vector: Vector): boolean {
  const budget = createBudget()
  budget.refill(1_000_000)
  const { namespace, variables } = vector
  const environment = createEnvironment({ budget, patternFor: compilePattern, namespace })
  const parsed = parsedOf(vector.expr)
  if (parsed?.expr === undefined) return false
  return vector.expects(plan(environment, repair(parsed, parsed.expr))(variables))
}

function parsedOf(expr: string): ReturnType<typeof parse> | undefined {
  try {
    return parse(expr)
  } catch {
    return undefined
  }
}

test('every suite of cel-spec is run, or left out for a reason', () => {
  assert.deepEqual([...suiteNames()].sort(), [...CORE, STRINGS, ...Object.keys(LEFT_OUT)].sort())
})

test('the core of cel-spec holds, but for the exceptions, and they do fail', () => {
  const core = vectorsOf(CORE)
  const strings = vectorsOf([STRINGS]).vectors.filter(({ name }) => STRING_SECTIONS.test(name))
  const vectors = [...core.vectors, ...strings]

  const failed = vectors.filter((vector) => !holds(vector))
  const unexpected = failed.filter(({ name }) => !EXCEPTIONS.some(([known]) => known.test(name)))
  assert.deepEqual(
    unexpected.map(({ name, expr }) => `${name}: ${expr}`),
    [],
  )
  for (const [known, count, reason] of EXCEPTIONS) {
    assert.equal(failed.filter(({ name }) => known.test(name)).length, count, reason)
    assert.equal(vectors.filter(({ name }) => known.test(name)).length, count, reason)
  }
  assert.deepEqual(
    { run: vectors.length, ofMessages: core.ofMessages },
    { run: RUN, ofMessages: OF_MESSAGES },
  )
})
