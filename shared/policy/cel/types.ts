/** What is known of a value before it is there; `dyn` is anything, as every claim is. */
export type Kind =
  | 'dyn'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'list'
  | 'map'
  | 'timestamp'
  | 'duration'
  | 'type'

/** A type; `of` is that of a list's elements or of a map's values. */
export interface Type {
  readonly kind: Kind
  readonly of?: Type
}

export const DYN: Type = { kind: 'dyn' }
export const BOOL: Type = { kind: 'bool' }
export const INT: Type = { kind: 'int' }
export const STRING: Type = { kind: 'string' }
export const TYPE: Type = { kind: 'type' }

export function listOf(of: Type): Type {
  return { kind: 'list', of }
}

export function mapOf(of: Type): Type {
  return { kind: 'map', of }
}

/** For messages: `list of string`. */
export function nameOf(type: Type): string {
  if (type.of === undefined || type.of.kind === 'dyn') return type.kind
  return `${type.kind} of ${nameOf(type.of)}`
}

/** Whether a value of type `given` may be one of type `wanted`. */
export function mayBe(given: Type, wanted: Type): boolean {
  if (given.kind === 'dyn' || wanted.kind === 'dyn') return true
  if (given.kind !== wanted.kind) return false
  return mayBe(given.of ?? DYN, wanted.of ?? DYN)
}

const NUMBERS: ReadonlySet<Kind> = new Set<Kind>(['int', 'uint', 'double'])

export function isNumber(type: Type): boolean {
  return NUMBERS.has(type.kind)
}

/** Whether values of these types can ever be equal; numbers compare across their types. */
export function mayEqual(left: Type, right: Type): boolean {
  if (left.kind === 'null' || right.kind === 'null') return true
  if (isNumber(left) && isNumber(right)) return true
  if (left.of === undefined || right.of === undefined) return mayBe(left, right)
  return left.kind === right.kind && mayEqual(left.of, right.of)
}

/** The type of a value that is one of these. */
export function joined(types: readonly Type[]): Type {
  const [first, ...others] = types
  if (first === undefined) return DYN
  if (others.some(({ kind }) => kind !== first.kind)) return DYN
  if (first.of === undefined) return first
  return { kind: first.kind, of: joined(types.map(({ of }) => of ?? DYN)) }
}
