/** Unexpired tokens of one holder for one account. */
export interface LiveTokens {
  readonly account: string
  readonly issuer: string
  readonly provider: string
  readonly subject: string
  readonly tokens: number
  /** Milliseconds since the epoch: when the last of them expires. */
  readonly lastExpires: number
  /** Id of the event that issued that one. */
  readonly lastId: string
}

/** Who used which account. */
export interface Access {
  readonly issuer: string
  readonly subject: string
  readonly account: string
  readonly firstUsed: number
  readonly lastUsed: number
  readonly tokens: number
  readonly lastId: string
}

/** When a grant last led to a token. */
export interface GrantUse {
  readonly grant: string
  readonly lastUsed: number
  readonly tokens: number
}

/** A policy that was in force, or was refused at load. */
export interface PolicyEra {
  readonly digest: string
  /** First and last event that names it. */
  readonly first: number
  readonly last: number
  readonly issued: number
  readonly refused: number
  /** How often instances loaded it, and refused it. */
  readonly loads: number
  readonly failures: number
}

/** A chain as the store holds it. */
export interface ChainFacts {
  readonly chain: string
  readonly instance: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly records: number
  /** Places between the first and the last that hold no record; negative where some are double. */
  readonly missing: number
  readonly firstTime: number
  readonly lastTime: number
  /** SHA-256 of the last record. */
  readonly head: string
  /** Whether the last record is a closing checkpoint. */
  readonly closed: boolean
}
