/** Where a node of an expression begins: line and column from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/**
 * The syntax of an expression, read-only and free of the engine's types. Chains of `&&` and `||`
 * are flat; a macro is one node. `id` is unique within the expression.
 */
export type SyntaxNode = Place & { readonly id: number } & (
    | {
        readonly kind: 'const'
        /** An `int` and a `uint` are bigints, a `double` is a number. */
        readonly type: 'null' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes'
        readonly value: null | boolean | bigint | number | string | Uint8Array
      }
    | { readonly kind: 'ident'; readonly name: string }
    | { readonly kind: 'select'; readonly operand: SyntaxNode; readonly field: string }
    /** `has(operand.field)` */
    | { readonly kind: 'has'; readonly operand: SyntaxNode; readonly field: string }
    /** `name(...)`, `target.name(...)`. */
    | {
        readonly kind: 'call'
        readonly name: string
        readonly target: SyntaxNode | undefined
        readonly args: readonly SyntaxNode[]
      }
    /** `!`, `-`, `+ - * / %`, comparisons, `in`, `&&`, `||`, `?:` and `[]`. */
    | { readonly kind: 'operator'; readonly name: string; readonly args: readonly SyntaxNode[] }
    | { readonly kind: 'list'; readonly elements: readonly SyntaxNode[] }
    | {
        readonly kind: 'map'
        readonly entries: readonly { readonly key: SyntaxNode; readonly value: SyntaxNode }[]
      }
    /** `range.name(variable, ...body)`; `map` with a filter has two expressions in its body. */
    | {
        readonly kind: 'macro'
        readonly name: 'all' | 'exists' | 'exists_one' | 'filter' | 'map'
        readonly range: SyntaxNode
        readonly variable: string
        readonly body: readonly SyntaxNode[]
      }
  )
