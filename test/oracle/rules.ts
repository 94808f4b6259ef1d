import type { KeyObject } from 'node:crypto'
import type { JsonObject } from './json.ts'

/** A key as its issuer publishes it. */
export interface PublishedKey {
  readonly kid: string
  readonly alg: 'RS256' | 'ES256'
  readonly key: KeyObject
}

/** A provider of the policy in the judge's own terms: what the policy says in CEL, as functions. */
export interface ProviderRule {
  readonly id: string
  readonly issuer: string
  readonly audiences: readonly string[]
  /** `//iam.googleapis.com/...`, where it has one. */
  readonly resourceName?: string
  readonly algorithms: readonly string[]
  /** Seconds. */
  readonly maxTokenAge: number
  readonly keys: readonly PublishedKey[]
  /** What the mapping gives: anything but text (or a list of texts for groups) is left out. */
  readonly map: (claims: JsonObject) => Mapped
  readonly condition: (claims: JsonObject) => boolean
}

/** Google's attributes. */
export interface Mapped {
  readonly subject: unknown
  readonly groups?: unknown
  readonly attributes?: Readonly<Record<string, unknown>>
}

/** A grant of the policy. */
export interface GrantRule {
  readonly id: string
  readonly auditOnly?: boolean
  /** `PROVIDER:subject/S` and its like. */
  readonly members: readonly string[]
  readonly condition?: (claims: JsonObject) => boolean
  readonly account: string
  readonly access?: {
    readonly scopes: readonly string[]
    /** Seconds. */
    readonly maxLifetime: number
    readonly drop?: boolean
    readonly boundary?: boolean
  }
  readonly idAudiences?: readonly string[]
}

/** A denial; a condition that cannot be told denies as a true one does. */
export interface DenialRule {
  readonly members?: readonly string[]
  readonly condition: (claims: JsonObject) => boolean
}

/** Everything that the judge knows of the world. */
export interface Rules {
  readonly providers: readonly ProviderRule[]
  readonly grants: readonly GrantRule[]
  readonly denials: readonly DenialRule[]
}

/** An HTTP request as it goes over the wire. */
export interface RawRequest {
  readonly method: string
  /** With its query. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}
