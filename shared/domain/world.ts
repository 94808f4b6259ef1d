import type { webcrypto } from 'node:crypto'
import type { Algorithm } from './claims.ts'
import type { CallContext } from './call.ts'
import type { Policy } from './policy.ts'
import type { Principal } from './principal.ts'
import type { Provider } from './provider.ts'
import type { Refusal } from './refusal.ts'
import type { AccountToken, FederatedToken, Secret, SubjectToken } from './secret.ts'
import type { AccessBoundary } from './token-request.ts'
import type { KeyUse, Trail } from './trail.ts'

/** A verification key that passed the key rules. */
export interface VerificationKey extends KeyUse {
  readonly key: webcrypto.CryptoKey
}

/** The identity providers' keys. */
export interface KeyStore {
  /**
   * The one key of `provider` for this header. Throws `Refusal`: `kid`, `kid_ambiguous`,
   * `key_rejected`, `provider_unavailable`.
   */
  find(provider: Provider, algorithm: Algorithm, kid: string | undefined): Promise<VerificationKey>
}

/** Google's Security Token Service, `POST /v1/token`. Throws `Refusal`. */
export interface SecurityTokenService {
  /** `audience`: the provider's resource name, `//iam.googleapis.com/...`. */
  exchange(
    audience: string,
    subjectToken: SubjectToken | Secret<'assertion'>,
    context: CallContext,
  ): Promise<FederatedToken>
  /** Narrows an access token by a credential access boundary. */
  downscope(
    token: AccountToken,
    boundary: AccessBoundary,
    context: CallContext,
  ): Promise<AccountToken>
}

/** Google's IAM Service Account Credentials API. Throws `Refusal`. */
export interface IamCredentials {
  /** `lifetime` in seconds; `expiresAt` in seconds since the epoch. */
  generateAccessToken(
    caller: FederatedToken,
    account: string,
    order: {
      readonly scopes: readonly string[]
      readonly lifetime: number
      readonly delegates: readonly string[]
    },
    context: CallContext,
  ): Promise<{ readonly token: AccountToken; readonly expiresAt: number }>
  generateIdToken(
    caller: FederatedToken,
    account: string,
    order: {
      readonly audience: string
      readonly includeEmail: boolean
      readonly delegates: readonly string[]
    },
    context: CallContext,
  ): Promise<{ readonly token: AccountToken; readonly expiresAt: number }>
}

/** The function's own Google identity, for `exchange: impersonation`. Throws `Refusal`. */
export interface OwnIdentity {
  accessToken(): Promise<FederatedToken>
}

/** The bureau's own word for a verified caller, for `exchange: assertion`. Throws `Refusal`. */
export interface AssertionSigner {
  /** A JWT of 60 seconds; its audience is the principal's provider's resource name. */
  sign(principal: Principal): Promise<Secret<'assertion'>>
}

/** Limits requests by principal. Throws `Refusal` `rate_limited`. */
export interface PrincipalLimit {
  admit(principal: Principal): Promise<void>
}

/** Writes the record. Both promises settle only after the sinks acknowledged; they throw `Refusal`. */
export interface Recorder {
  intent(trail: Trail): Promise<void>
  outcome(trail: Trail, status: number, refusal: Refusal | undefined): Promise<void>
}

/**
 * What became of a reservation: what gives it back, and nobody else's; or why there is none. `taken`:
 * somebody has the key. `forgotten`: the store is younger than what the key stands for, and may have
 * lost that it was taken.
 */
export type Reservation = (() => Promise<void>) | 'taken' | 'forgotten'

/** Short-lived shared state: single use, introspection, limits. Throws `Refusal` `state_unavailable`. */
export interface StateStore {
  /**
   * Atomically takes `key` for `ttl` seconds; `madeAt`, seconds since the epoch, is when that which
   * the key stands for began to exist.
   */
  reserve(key: string, ttl: number, madeAt: number): Promise<Reservation>
  /** Keeps `value` for `ttl` seconds. */
  put(key: string, value: string, ttl: number): Promise<void>
  get(key: string): Promise<string | undefined>
}

/** The outside world, entered in one place: everything that a request may touch. */
export interface World {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The policy in force; a request takes it once and keeps to it. */
  readonly policy: () => Policy
  readonly keys: KeyStore
  readonly sts: SecurityTokenService
  readonly iamCredentials: IamCredentials
  readonly ownIdentity: OwnIdentity
  readonly assertions: AssertionSigner
  readonly principalLimit: PrincipalLimit
  readonly recorder: Recorder
  readonly state: StateStore
}
