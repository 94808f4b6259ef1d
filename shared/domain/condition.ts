/**
 * `assertion`, `google` and `attribute` in the expression engine's own form, converted once a
 * request. Opaque outside `policy/`.
 */
export interface Bindings {
  readonly assertion: unknown
  readonly google: unknown
  readonly attribute: unknown
}

/** `true` allows; everything else denies: a false condition, or why it could not be evaluated. */
export type Verdict = true | false | { readonly error: string }

/** A compiled CEL condition. */
export interface AttributeCondition {
  readonly source: string
  /** Top-level claims that the condition reads, sorted. */
  readonly reads: readonly string[]
  /** Never throws. The error's text may hold claim values: for the record, never for the wire. */
  test(bindings: Bindings): Verdict
}
