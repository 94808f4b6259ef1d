import { celEnv, celFunc, celList, CelScalar, isCelError, isCelList, isCelMap } from '@bufbuild/cel'
import { isCelUint, listType, mapType } from '@bufbuild/cel'
import type { CelFunc, CelInput, CelList, CelMap, CelValue } from '@bufbuild/cel'
import type { Budget } from './budget.ts'
import { knowingNull } from './values.ts'

const { BOOL, DYN, INT } = CelScalar
const LIST = listType(DYN)
const MAP = mapType(DYN, DYN)

/** Equality as the engine defines it; it takes any two values and gives a bool. */
const STANDARD_EQUALITY = celEnv().funcs.find('_==_')

/** Functions that only `repair` writes into an expression: no source can spell these names. */
export const TICK = '@tick'
export const INDEX = '@index'
export const MAP_LITERAL = '@map'
export const NEW_LIST = '@list'
export const APPEND = '@append'

/** Operators on lists and maps, with their work paid for. */
export function containerFunctions(budget: Budget): readonly CelFunc[] {
  const visit = (value: CelValue): void => {
    if (typeof value !== 'object' || value === null) return
    if (isCelList(value)) {
      budget.spend(value.size)
      for (const element of value) visit(element)
    } else if (isCelMap(value)) {
      budget.spend(value.size)
      for (const [, element] of value) visit(element)
    }
  }
  const equal = (left: CelValue, right: CelValue): boolean => {
    if (typeof left === 'string' && typeof right === 'string') return left === right
    visit(left)
    visit(right)
    const result = STANDARD_EQUALITY?.call(0, undefined, [left, right])
    if (isCelError(result)) throw result
    return result === true
  }
  const elements = new WeakMap<CelList, CelInput[]>()
  return [
    celFunc('_==_', [DYN, DYN], BOOL, equal),
    celFunc('_!=_', [DYN, DYN], BOOL, (left, right) => !equal(left, right)),
    celFunc('@in', [DYN, LIST], BOOL, (value, list) => {
      for (const element of list) {
        budget.spend(1)
        if (equal(element, value)) return true
      }
      return false
    }),
    celFunc('_+_', [LIST, LIST], LIST, (left, right) => {
      budget.spend(left.size + right.size)
      return celList([...left, ...right])
    }),
    celFunc(INDEX, [DYN, DYN], DYN, elementAt),
    celFunc(MAP_LITERAL, [MAP], MAP, (map) => {
      budget.spend(1 + map.size)
      return mapLiteral(map)
    }),
    celFunc(TICK, [DYN, INT], DYN, (condition, weight) => {
      budget.spend(Number(weight))
      return condition
    }),
    celFunc(NEW_LIST, [], LIST, () => {
      const array: CelInput[] = []
      const list = celList(array)
      elements.set(list, array)
      return list
    }),
    celFunc(APPEND, [LIST, DYN], LIST, (list, element) => {
      elements.get(list)?.push(element)
      return list
    }),
  ]
}

/** A map literal whose null values are there and whose keys differ as numbers do. */
function mapLiteral(map: CelMap): CelMap {
  const integers = new Set<bigint>()
  for (const key of map.keys()) {
    const integer = isCelUint(key) ? key.value : key
    if (typeof integer !== 'bigint') continue
    if (integers.has(integer)) throw new Error(`map key conflict: ${integer}`)
    integers.add(integer)
  }
  return map.size === 0 ? map : knowingNull(map)
}

/** `container[key]`; the engine itself would take `true` for the index 1 of a list. */
function elementAt(container: CelValue, key: CelValue): CelValue {
  if (isCelList(container)) {
    const index = indexOf(key)
    if (index === undefined) throw new Error('a list is indexed by an integer')
    const element = container.get(index)
    if (element === undefined) throw new Error(`index ${index} out of bounds`)
    return element
  }
  if (!isCelMap(container)) throw new Error('only lists and maps have elements')
  if (typeof key === 'object' && !isCelUint(key)) throw new Error('unsupported key type')
  const value = container.get(key)
  if (value === undefined) throw new Error('no such key')
  return value
}

function indexOf(key: CelValue): number | undefined {
  if (typeof key === 'bigint') return Number(key)
  if (isCelUint(key)) return Number(key.value)
  return typeof key === 'number' && Number.isInteger(key) ? key : undefined
}
