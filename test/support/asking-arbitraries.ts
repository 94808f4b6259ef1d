import * as fc from 'fast-check'
import type { Claims, ClaimValue } from '../../shared/domain/claims.ts'
import type { TokenRequest } from '../../shared/domain/token-request.ts'
import { rehearsedRequest } from '../../shared/http/rehearsed-request.ts'
import { ACCOUNTS, anyOf, AUDIENCES, PROVIDERS, SCOPES, SUBJECTS, VALUES } from './policy-names.ts'

const value: fc.Arbitrary<ClaimValue> = fc.oneof(
  { weight: 9, arbitrary: anyOf<ClaimValue>(VALUES) },
  fc.constant<ClaimValue>('out'),
  fc.constant<ClaimValue>(true),
  fc.constant<ClaimValue>(null),
  fc.constant<ClaimValue>(7),
)

/** Somebody who asks, and for what. */
export interface Asking {
  readonly provider: string
  readonly claims: Claims
  readonly request: TokenRequest
}

const caller = fc.record({
  provider: anyOf(PROVIDERS),
  claims: fc.record(
    {
      sub: anyOf(SUBJECTS),
      groups: fc.oneof(fc.subarray(VALUES), anyOf<ClaimValue>(VALUES)),
      x: value,
      y: value,
      z: value,
    },
    { requiredKeys: ['sub'] },
  ),
})

/** Requests of every kind: with and without account, scopes, lifetime. */
export const anyAsking: fc.Arbitrary<Asking> = fc
  .tuple(
    caller,
    fc.oneof(
      fc.record(
        {
          audience: fc.oneof(anyOf(ACCOUNTS), anyOf([0, 1, 2].map((index) => `grant-${index}`))),
          scope: fc.uniqueArray(anyOf(SCOPES), { minLength: 1 }),
          lifetime: anyOf([300, 900, 3600]),
        },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          audience: anyOf(ACCOUNTS),
          resource: anyOf(AUDIENCES),
          requestedTokenType: fc.constant('id_token' as const),
        },
        { requiredKeys: ['resource', 'requestedTokenType'] },
      ),
    ),
  )
  .map(([who, written]) => ({ ...who, request: rehearsedRequest(written) }))

/** Requests that name everything: the account, and scopes and lifetime or the ID token's audience. */
export const anyExactAsking: fc.Arbitrary<Asking> = fc
  .tuple(
    caller,
    fc.oneof(
      fc.record({
        audience: anyOf(ACCOUNTS),
        scope: fc.uniqueArray(anyOf(SCOPES), { minLength: 1 }),
        lifetime: anyOf([300, 900, 3600]),
      }),
      fc.record({
        audience: anyOf(ACCOUNTS),
        resource: anyOf(AUDIENCES),
        requestedTokenType: fc.constant('id_token' as const),
      }),
    ),
  )
  .map(([who, written]) => ({ ...who, request: rehearsedRequest(written) }))
