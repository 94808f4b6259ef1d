import { celMap, isCelError, isCelList, isCelMap, isCelType, isCelUint } from '@bufbuild/cel'
import type { CelInput, CelMap, CelResult } from '@bufbuild/cel'
import { isReflectMessage } from '@bufbuild/protobuf/reflect'
import { toJson } from '@bufbuild/protobuf'
import type { ClaimValue } from '../../domain/claims.ts'

/** Elements shown of a value, and levels. */
const SHOWN_ELEMENTS = 1000
const SHOWN_DEPTH = 32

/** A map of the engine over entries that are its own values already. */
export function engineMap(entries: ReadonlyMap<string, CelInput>): CelMap {
  return knowingNull(celMap(entries))
}

/** The same map, whose `has` is true for a key that holds null, as the language demands. */
export function knowingNull(map: CelMap): CelMap {
  map.has = (key) => map.get(key) !== undefined
  return map
}

/** A value of the engine in JSON's terms, for people to read; what is too large is cut. */
export function toPlain(value: CelResult): ClaimValue {
  let left = SHOWN_ELEMENTS
  const plain = (inner: CelResult, depth: number): ClaimValue => {
    left -= 1
    if (left < 0 || depth > SHOWN_DEPTH) return '...'
    if (isCelList(inner)) return Array.from(firstOf(inner, left), (one) => plain(one, depth + 1))
    if (isCelMap(inner)) {
      const object: Record<string, ClaimValue> = Object.create(null)
      for (const [key, one] of firstOf(inner, left)) {
        object[isCelUint(key) ? String(key.value) : String(key)] = plain(one, depth + 1)
      }
      return object
    }
    return scalar(inner)
  }
  return plain(value, 0)
}

function* firstOf<T>(values: Iterable<T>, count: number): Generator<T> {
  let left = count
  for (const value of values) {
    if (left <= 0) return
    left -= 1
    yield value
  }
}

function scalar(value: CelResult): ClaimValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
    default:
      return composite(value)
  }
}

function composite(value: Exclude<CelResult, string | boolean | number | bigint>): ClaimValue {
  if (value === null) return null
  if (isCelError(value)) return value.message
  if (isCelUint(value)) return scalar(value.value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (isCelType(value)) return value.name
  if (isReflectMessage(value)) {
    const json = toJson(value.desc, value.message)
    return typeof json === 'string' ? json : JSON.stringify(json)
  }
  return '...'
}
