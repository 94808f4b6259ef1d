import type { Refusal } from '../../domain/refusal.ts'

/** What a record says was decided. */
export type Decision =
  | { readonly kind: 'intent' }
  | { readonly kind: 'issued'; readonly status: number }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly refusal: Refusal
      /** Refusals of this reason, just before, that were counted but not recorded. */
      readonly suppressed: number
    }
