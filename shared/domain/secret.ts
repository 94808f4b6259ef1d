import { inspect } from 'node:util'

/**
 * A credential that cannot be printed by accident: `toString`, `JSON.stringify` and `console.log`
 * all show `[subject token]` (its kind). Only {@link Secret.reveal} gives the value; each call of
 * it marks a trust boundary.
 */
export class Secret<Kind extends string> {
  readonly kind: Kind
  readonly #value: string

  constructor(kind: Kind, value: string) {
    this.kind = kind
    this.#value = value
  }

  /** The value itself, for the one place that has to send or verify it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return `[${this.kind}]`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

/** The OIDC token that the caller's own identity provider gave it. */
export type SubjectToken = Secret<'subject token'>
/** What Google's STS, or the function's own identity, gives: good for IAM Credentials only. */
export type FederatedToken = Secret<'federated token'>
/** The Google token that the caller receives. */
export type AccountToken = Secret<'account token'>
