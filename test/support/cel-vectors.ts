import assert from 'node:assert/strict'
import { celList, celMap, celUint } from '@bufbuild/cel'
import { isCelError, isCelList, isCelMap, isCelType, isCelUint } from '@bufbuild/cel'
import type { CelInput, CelResult } from '@bufbuild/cel'
import { getConformanceSuite } from '@bufbuild/cel-spec/testdata/tests.js'
import type { IncrementalTestSuite } from '@bufbuild/cel-spec/testdata/tests.js'
import { createRegistry, equals } from '@bufbuild/protobuf'
import { isReflectMessage } from '@bufbuild/protobuf/reflect'
import { anyUnpack, DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt'
import type { Any } from '@bufbuild/protobuf/wkt'

type SimpleTest = IncrementalTestSuite['tests'][number]['original']
type Value = Extract<SimpleTest['resultMatcher'], { case: 'value' }>['value']

/** One vector of cel-spec. */
export interface Vector {
  /** `suite/section/name` */
  readonly name: string
  readonly expr: string
  readonly namespace: string
  readonly variables: Readonly<Record<string, CelInput>>
  /** Whether a result is the expected one. */
  expects(result: CelResult): boolean
}

/** Every suite of cel-spec by name. */
export function suiteNames(): readonly string[] {
  return getConformanceSuite().suites.map(({ name }) => name)
}

/** The vectors of these suites, and how many there are besides of protobuf messages. */
export function vectorsOf(names: readonly string[]): {
  readonly vectors: readonly Vector[]
  readonly ofMessages: number
} {
  const suites = getConformanceSuite().suites.filter(({ name }) => names.includes(name))
  const all = suites.flatMap((suite) => testsWithin(suite, suite.name))
  const plain = all.filter(([, simple]) => !needsMessages(simple))
  return {
    vectors: plain.map(([name, simple]) => vectorOf(name, simple)),
    ofMessages: all.length - plain.length,
  }
}

function testsWithin(
  suite: IncrementalTestSuite,
  path: string,
): readonly (readonly [string, SimpleTest])[] {
  return [
    ...suite.tests.map(({ name, original }) => [`${path}/${name}`, original] as const),
    ...suite.suites.flatMap((inner) => testsWithin(inner, `${path}/${inner.name}`)),
  ]
}

/** Whether a vector is about protobuf messages other than timestamps and durations. */
function needsMessages(simple: SimpleTest): boolean {
  const text = JSON.stringify(simple, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  return /TestAllTypes|"enumValue"|google\.protobuf\.(?!Timestamp|Duration)/.test(text)
}

function vectorOf(name: string, simple: SimpleTest): Vector {
  const variables = Object.entries(simple.bindings).map(([variable, { kind }]) => {
    assert.ok(kind.case === 'value', name)
    return [variable, inputOf(kind.value)] as const
  })
  return {
    name,
    expr: simple.expr,
    namespace: simple.container,
    variables: Object.fromEntries(variables),
    expects: (result) => expected(simple.resultMatcher, result),
  }
}

function expected(matcher: SimpleTest['resultMatcher'], result: CelResult): boolean {
  const failed = isCelError(result)
  switch (matcher.case) {
    case 'evalError':
    case 'anyEvalErrors':
      return failed
    case 'value':
      return !failed && same(result, matcher.value)
    case 'typedResult':
      return !failed && matcher.value.result !== undefined && same(result, matcher.value.result)
    case undefined:
      return result === true
    default:
      throw new Error(`no matcher for ${matcher.case}`)
  }
}

const REGISTRY = createRegistry(TimestampSchema, DurationSchema)

function messageOf(any: Any): NonNullable<ReturnType<typeof anyUnpack>> {
  const message = anyUnpack(any, REGISTRY)
  assert.ok(message, any.typeUrl)
  return message
}

function inputOf(value: Value | undefined): CelInput {
  assert.ok(value)
  const { kind } = value
  switch (kind.case) {
    case 'uint64Value':
      return celUint(kind.value)
    case 'nullValue':
      return null
    case 'listValue':
      return celList(kind.value.values.map(inputOf))
    case 'mapValue':
      return celMap(new Map(kind.value.entries.map((one) => [keyOf(one.key), inputOf(one.value)])))
    case 'objectValue':
      return messageOf(kind.value)
    case 'int64Value':
    case 'boolValue':
    case 'stringValue':
    case 'doubleValue':
    case 'bytesValue':
      return kind.value
    default:
      throw new Error(`no input for ${kind.case}`)
  }
}

function keyOf(value: Value | undefined): string | bigint | boolean {
  const key = inputOf(value)
  assert.ok(typeof key === 'string' || typeof key === 'bigint' || typeof key === 'boolean')
  return key
}

/** Equality of type and value, stricter than the language's own. */
function same(result: CelResult, wanted: Value | undefined): boolean {
  assert.ok(wanted)
  const { kind } = wanted
  switch (kind.case) {
    case 'typeValue':
      return isCelType(result) && result.name === kind.value
    case 'nullValue':
      return result === null
    case 'uint64Value':
      return isCelUint(result) && result.value === kind.value
    case 'bytesValue':
      return result instanceof Uint8Array && Buffer.compare(result, kind.value) === 0
    case 'listValue': {
      const { values } = kind.value
      if (!isCelList(result) || result.size !== values.length) return false
      return [...result].every((element, index) => same(element, values[index]))
    }
    case 'mapValue': {
      const { entries } = kind.value
      if (!isCelMap(result) || result.size !== entries.length) return false
      return entries.every(({ key, value }) => {
        const held = result.get(keyOf(key))
        return held !== undefined && same(held, value)
      })
    }
    case 'objectValue': {
      const message = messageOf(kind.value)
      return isReflectMessage(result) && equals(result.desc, result.message, message)
    }
    default:
      return Object.is(result, kind.value)
  }
}
