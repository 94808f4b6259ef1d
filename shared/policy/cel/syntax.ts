import type { Place } from './place.ts'

/** A constant's type and value: an `int` and a `uint` are bigints, a `double` is a number. */
export type Constant =
  | { readonly type: 'null'; readonly value: null }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int' | 'uint'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: Uint8Array }

/** The macros that make a loop. */
export type Macro = 'all' | 'exists' | 'exists_one' | 'filter' | 'map'

/** What a node is, with the nodes that it holds. */
export type SyntaxKind =
  | ({ readonly kind: 'const' } & Constant)
  | { readonly kind: 'ident'; readonly name: string }
  | { readonly kind: 'select'; readonly operand: SyntaxNode; readonly field: string }
  /** `has(operand.field)`. */
  | { readonly kind: 'has'; readonly operand: SyntaxNode; readonly field: string }
  /** `name(...)` or `target.name(...)`. */
  | {
      readonly kind: 'call'
      readonly name: string
      readonly target: SyntaxNode | undefined
      readonly args: readonly SyntaxNode[]
    }
  /** `! - + * / % == != < <= > >= in && || ?: []`; chains of `&&` and `||` are flat. */
  | { readonly kind: 'operator'; readonly name: string; readonly args: readonly SyntaxNode[] }
  | { readonly kind: 'list'; readonly elements: readonly SyntaxNode[] }
  | {
      readonly kind: 'map'
      readonly entries: readonly { readonly key: SyntaxNode; readonly value: SyntaxNode }[]
    }
  /** `range.name(variable, ...body)`; a `map` that filters has two expressions in its body. */
  | {
      readonly kind: 'macro'
      readonly name: Macro
      readonly range: SyntaxNode
      readonly variable: string
      readonly body: readonly SyntaxNode[]
    }

/**
 * A node of an expression's syntax, read-only and free of the engine's types. The place is that of
 * a function's or field's name, of an operator's sign (not of `&&`, `||` and `?:`), else of the
 * first character. `id` is unique within the expression.
 */
export type SyntaxNode = SyntaxKind & Place & { readonly id: number }

/** The nodes directly within a node, in the order of the source. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.kind) {
    case 'const':
    case 'ident':
      return []
    case 'select':
    case 'has':
      return [node.operand]
    case 'call':
      return node.target === undefined ? node.args : [node.target, ...node.args]
    case 'operator':
      return node.args
    case 'list':
      return node.elements
    case 'map':
      return node.entries.flatMap(({ key, value }) => [key, value])
    case 'macro':
      return [node.range, ...node.body]
  }
}

/** The place where a node's text begins. */
export function beginningOf(node: SyntaxNode): Place {
  let { line, column } = node
  for (const child of childrenOf(node)) {
    const begin = beginningOf(child)
    if (begin.line < line || (begin.line === line && begin.column < column)) {
      ;({ line, column } = begin)
    }
  }
  return { line, column }
}
