import { celFunc, CelScalar, celUint, objectType } from '@bufbuild/cel'
import type { CelFunc } from '@bufbuild/cel'
import { create } from '@bufbuild/protobuf'
import { TimestampSchema } from '@bufbuild/protobuf/wkt'

const { DOUBLE, INT, STRING, UINT } = CelScalar

/** Years 1 to 9999, in seconds since the epoch. */
const FIRST_SECOND = -62_135_596_800n
const LAST_SECOND = 253_402_300_799n

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/
const SPECIAL = /^[+-]?(nan|inf|infinity)$/i

/**
 * Conversions that the engine makes laxer, or other, than the language: texts that are not numbers
 * give 0 there, and seconds are taken for milliseconds.
 */
export const CONVERSIONS: readonly CelFunc[] = [
  celFunc('int', [STRING], INT, (text) =>
    integer(text, /^[+-]?\d{1,19}$/, -(2n ** 63n), 2n ** 63n),
  ),
  celFunc('uint', [STRING], UINT, (text) => celUint(integer(text, /^\d{1,20}$/, 0n, 2n ** 64n))),
  celFunc('double', [STRING], DOUBLE, double),
  celFunc('timestamp', [INT], objectType(TimestampSchema), (seconds) => {
    if (seconds < FIRST_SECOND || seconds > LAST_SECOND) throw new Error('timestamp out of range')
    return create(TimestampSchema, { seconds })
  }),
]

function integer(text: string, form: RegExp, from: bigint, below: bigint): bigint {
  if (!form.test(text)) throw new Error('the text is not an integer')
  const value = BigInt(text)
  if (value < from || value >= below) throw new Error('the integer is out of range')
  return value
}

function double(text: string): number {
  if (DECIMAL.test(text)) {
    const value = Number(text)
    if (Number.isFinite(value)) return value
    throw new Error('the number is out of range')
  }
  const special = SPECIAL.exec(text)
  if (special === null) throw new Error('the text is not a number')
  if (special[1]?.toLowerCase() === 'nan') return Number.NaN
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
