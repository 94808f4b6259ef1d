/** What the judge says of a request; it names no reason of the service's, only its own words. */
export type Verdict =
  | { readonly accepted: true; readonly mint: Mint }
  | { readonly accepted: false; readonly because: string }

/** What Google must be asked for, exactly. */
export type Mint =
  | {
      readonly kind: 'access_token'
      readonly account: string
      readonly scopes: readonly string[]
      /** Seconds. */
      readonly lifetime: number
    }
  | { readonly kind: 'id_token'; readonly account: string; readonly audience: string }

/** A "no" on its way out of the judge. */
export class No extends Error {
  override readonly name = 'No'
}

/** Says no. */
export function no(because: string): never {
  throw new No(because)
}

/** What a judgement came to. Anything thrown but {@link No} is a fault of the judge's own. */
export function verdictOf(judge: () => Mint): Verdict {
  try {
    return { accepted: true, mint: judge() }
  } catch (error) {
    if (error instanceof No) return { accepted: false, because: error.message }
    throw error
  }
}
