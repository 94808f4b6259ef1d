import type { Refusal } from '../../domain/refusal.ts'

/** What a record says was decided; `status` is the HTTP status of the answer. */
export type Decision =
  | { readonly kind: 'intent' }
  | { readonly kind: 'issued'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number; readonly refusal: Refusal }
