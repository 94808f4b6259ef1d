import { randomUUID } from 'node:crypto'
import type { Reason } from '../../../shared/domain/refusal.ts'
import { makeSigner, type Part, type Signer } from '../keys.ts'

/** An issuer of the policy and a key that it publishes. */
export interface Party {
  readonly issuer: string
  readonly signer: Signer
}

/** The issuers that the suite's policy registers, and whom it knows nothing of. */
export interface Parties {
  /** Registered with RS256 and a `maxTokenAge` of 3600; publishes `k1` and `k2`. */
  readonly a: Party & { readonly second: Signer }
  /** Registered with RS256, another tenant. */
  readonly b: Party
  /** Registered with ES256. */
  readonly es: Party
  /** Registered nowhere. */
  readonly attacker: Signer
  /** The one audience of all three. */
  readonly audience: string
  /** A URL where no connection may arrive. */
  readonly canary: string
}

/** What a construction starts from: a token of issuer A that would be accepted. */
export interface AttackContext extends Parties {
  /** Seconds since the epoch. */
  readonly now: number
  readonly header: { readonly alg: string; readonly kid: string; readonly typ: string }
  /** Claims of issuer A with a fresh `jti`. */
  readonly base: { readonly [claim: string]: unknown }
  /** Signs with A's `k1`. */
  readonly sign: (header: Part, payload: Part) => string
  /** The accepted token. */
  readonly genuine: string
}

/** One construction of the corpus: how the token is made, and why it must be refused. */
export interface AttackRow {
  readonly id: string
  readonly name: string
  /** The reason in the audit record. */
  readonly reason: Reason
  readonly make: (context: AttackContext) => string
}

export const SUBJECT = 'repo:acme@1001/app@2002:ref:refs/heads/main'

/** Fresh keys for every issuer; the addresses are the caller's. */
export function makeParties(
  addresses: Record<'a' | 'b' | 'es' | 'audience' | 'canary', string>,
): Parties {
  return {
    a: {
      issuer: addresses.a,
      signer: makeSigner('RS256', 'k1'),
      second: makeSigner('RS256', 'k2'),
    },
    b: { issuer: addresses.b, signer: makeSigner('RS256', 'b1') },
    es: { issuer: addresses.es, signer: makeSigner('ES256', 'e1') },
    attacker: makeSigner('RS256', 'k1'),
    audience: addresses.audience,
    canary: addresses.canary,
  }
}

/** The starting point of one construction at `now`, in seconds since the epoch. */
export function attackContext(parties: Parties, now: number): AttackContext {
  const header = { alg: 'RS256', kid: 'k1', typ: 'JWT' }
  const base = {
    iss: parties.a.issuer,
    sub: SUBJECT,
    aud: parties.audience,
    iat: now,
    nbf: now,
    exp: now + 300,
    jti: randomUUID(),
  }
  const { sign } = parties.a.signer
  return { ...parties, now, header, base, sign, genuine: sign(header, base) }
}

/** Base claims without some. */
export function without(
  claims: { readonly [claim: string]: unknown },
  ...names: readonly string[]
): { readonly [claim: string]: unknown } {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))
}

/** A JSON object's text with further members written as they stand. */
export function withText(object: { readonly [name: string]: unknown }, members: string): string {
  return `${JSON.stringify(object).slice(0, -1)},${members}}`
}

/** The three parts of a compact JWS. */
export function partsOf(token: string): readonly [string, string, string] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [header, payload, signature]
}
