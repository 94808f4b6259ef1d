import { celFunc, celMethod, CelScalar, listType } from '@bufbuild/cel'
import type { CelFunc, CelList } from '@bufbuild/cel'
import { unitsOf } from './budget.ts'
import type { Budget } from './budget.ts'
import { extract, parseTemplate } from './extract.ts'
import { MAX_MATCHED, type Pattern } from './patterns.ts'

const { BOOL, BYTES, INT, STRING } = CelScalar
const LIST = listType(CelScalar.DYN)

/** Google's functions on texts, and the standard ones whose work grows with the text. */
export function textFunctions(
  budget: Budget,
  patternFor: (pattern: string) => Pattern,
): readonly CelFunc[] {
  const paid = (text: string): string => {
    budget.spend(unitsOf(text.length))
    return text
  }
  const join = (list: CelList, separator: string): string => {
    const texts: string[] = []
    for (const element of list) {
      if (typeof element !== 'string') throw new Error('join() needs a list of strings')
      texts.push(element)
      budget.spend(unitsOf(element.length + separator.length))
    }
    return texts.join(separator)
  }
  return [
    celFunc('_+_', [STRING, STRING], STRING, (left, right) => {
      budget.spend(unitsOf(left.length + right.length))
      return left + right
    }),
    celFunc('_+_', [BYTES, BYTES], BYTES, (left, right) => {
      budget.spend(unitsOf(left.length + right.length))
      return Uint8Array.from(Buffer.concat([left, right]))
    }),
    celFunc('bytes', [STRING], BYTES, (text) => Uint8Array.from(Buffer.from(paid(text)))),
    celFunc('size', [STRING], INT, (text) => codePoints(paid(text))),
    celMethod('size', STRING, [], INT, function () {
      return codePoints(paid(this))
    }),
    celMethod('contains', STRING, [STRING], BOOL, function (part) {
      return paid(this).includes(part)
    }),
    celMethod('matches', STRING, [STRING], BOOL, function (pattern) {
      const compiled = patternFor(pattern)
      budget.spend(compiled.cost(Math.min(this.length, MAX_MATCHED)))
      if (this.length > MAX_MATCHED) {
        throw new Error(
          `matches() takes at most ${MAX_MATCHED} characters, this text has ${this.length}`,
        )
      }
      return compiled.test(this)
    }),
    celMethod('extract', STRING, [STRING], STRING, function (template) {
      return extract(paid(this), parseTemplate(template))
    }),
    celMethod('lowerAscii', STRING, [], STRING, function () {
      return paid(this).replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    }),
    celMethod('split', STRING, [STRING], LIST, function (separator) {
      return split(paid(this), separator, -1)
    }),
    celMethod('split', STRING, [STRING, INT], LIST, function (separator, limit) {
      return split(paid(this), separator, Number(limit))
    }),
    celMethod('join', LIST, [], STRING, function () {
      return join(this, '')
    }),
    celMethod('join', LIST, [STRING], STRING, function (separator) {
      return join(this, separator)
    }),
  ]
}

function codePoints(text: string): bigint {
  let count = 0
  for (const _ of text) count += 1
  return BigInt(count)
}

/** At most `limit` parts, the last with all the rest in it; a negative limit is none. */
function split(text: string, separator: string, limit: number): readonly string[] {
  const parts = separator === '' ? Array.from(text) : text.split(separator)
  if (limit < 0 || parts.length <= limit) return parts
  if (limit === 0) return []
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)]
}
