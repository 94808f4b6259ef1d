import { BOOL, DYN, INT, listOf, mapOf, STRING, TYPE } from './types.ts'
import type { Type } from './types.ts'

/** One way to call a function: on a target, or with arguments alone. */
export interface Signature {
  readonly target?: Type
  readonly args: readonly Type[]
  readonly result: Type
}

const UINT: Type = { kind: 'uint' }
const DOUBLE: Type = { kind: 'double' }
const BYTES: Type = { kind: 'bytes' }
const TIMESTAMP: Type = { kind: 'timestamp' }
const DURATION: Type = { kind: 'duration' }
const LIST = listOf(DYN)
const MAP = mapOf(DYN)

function conversion(result: Type, ...from: readonly Type[]): readonly Signature[] {
  return from.map((type) => ({ args: [type], result }))
}

const SIZED: readonly Type[] = [STRING, BYTES, LIST, MAP]

/** The functions of Google's attribute conditions, with the standard conversions. */
export const FUNCTIONS: ReadonlyMap<string, readonly Signature[]> = new Map([
  ['contains', [{ target: STRING, args: [STRING], result: BOOL }]],
  ['startsWith', [{ target: STRING, args: [STRING], result: BOOL }]],
  ['endsWith', [{ target: STRING, args: [STRING], result: BOOL }]],
  ['matches', [{ target: STRING, args: [STRING], result: BOOL }]],
  ['extract', [{ target: STRING, args: [STRING], result: STRING }]],
  ['lowerAscii', [{ target: STRING, args: [], result: STRING }]],
  [
    'split',
    [
      { target: STRING, args: [STRING], result: listOf(STRING) },
      { target: STRING, args: [STRING, INT], result: listOf(STRING) },
    ],
  ],
  [
    'join',
    [
      { target: listOf(STRING), args: [], result: STRING },
      { target: listOf(STRING), args: [STRING], result: STRING },
    ],
  ],
  [
    'size',
    [...conversion(INT, ...SIZED), ...SIZED.map((target) => ({ target, args: [], result: INT }))],
  ],
  ['int', conversion(INT, INT, UINT, DOUBLE, STRING, TIMESTAMP, DURATION)],
  ['uint', conversion(UINT, UINT, INT, DOUBLE, STRING)],
  ['double', conversion(DOUBLE, DOUBLE, INT, UINT, STRING)],
  ['bool', conversion(BOOL, BOOL, STRING)],
  ['bytes', conversion(BYTES, BYTES, STRING)],
  ['string', conversion(STRING, STRING, BOOL, INT, UINT, DOUBLE, BYTES, TIMESTAMP, DURATION)],
  ['timestamp', conversion(TIMESTAMP, TIMESTAMP, STRING, INT)],
  ['duration', conversion(DURATION, DURATION, STRING)],
  ['type', conversion(TYPE, DYN)],
  ['dyn', conversion(DYN, DYN)],
])

/** The names of types, as `type(x) == string` uses them. */
export const TYPE_NAMES: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'int',
  'list',
  'map',
  'null_type',
  'string',
  'type',
  'uint',
])

function same(result: Type | undefined, ...types: readonly Type[]): readonly Signature[] {
  return types.map((type) => ({ args: [type, type], result: result ?? type }))
}

const TIME_SUMS: readonly Signature[] = [
  { args: [TIMESTAMP, DURATION], result: TIMESTAMP },
  { args: [DURATION, DURATION], result: DURATION },
]

const ADDITIONS: readonly Signature[] = [
  ...same(undefined, INT, UINT, DOUBLE, STRING, BYTES, LIST),
  ...TIME_SUMS,
  { args: [DURATION, TIMESTAMP], result: TIMESTAMP },
]

const SUBTRACTIONS: readonly Signature[] = [
  ...conversion(INT, INT),
  ...conversion(DOUBLE, DOUBLE),
  ...same(undefined, INT, UINT, DOUBLE),
  ...TIME_SUMS,
  { args: [TIMESTAMP, TIMESTAMP], result: DURATION },
]

const NUMBERS = [INT, UINT, DOUBLE]

/** Numbers compare across their types. */
const ORDER: readonly Signature[] = [
  ...NUMBERS.flatMap((left) => NUMBERS.map((right) => ({ args: [left, right], result: BOOL }))),
  ...same(BOOL, BOOL, STRING, BYTES, TIMESTAMP, DURATION),
]

/** Operators whose types a table can tell; the others have rules of their own. */
export const OPERATORS: ReadonlyMap<string, readonly Signature[]> = new Map([
  ['!', conversion(BOOL, BOOL)],
  ['+', ADDITIONS],
  ['-', SUBTRACTIONS],
  ['*', same(undefined, INT, UINT, DOUBLE)],
  ['/', same(undefined, INT, UINT, DOUBLE)],
  ['%', same(undefined, INT, UINT)],
  ...['<', '<=', '>', '>='].map((name) => [name, ORDER] as const),
])
