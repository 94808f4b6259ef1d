import type { Assertion } from '../domain/assertion.ts'
import type { Claims } from '../domain/claims.ts'
import type { Policy } from '../domain/policy.ts'
import type { Provider } from '../domain/provider.ts'
import { Refusal } from '../domain/refusal.ts'
import { addresseeOf, type Addressee } from '../token/audience.ts'
import { audiencesOf, issuerOf, subjectOf, tokenIdOf } from '../token/claims.ts'
import { checkTimes } from '../token/times.ts'
import type { Check, Checklist } from './checklist.ts'

/** What is known of a caller before the policy's rules are asked. */
export interface Examined {
  readonly checks: readonly Check[]
  /**
   * Undefined where no provider could be found. After a failed check it says what the policy's rules
   * would have been asked; `refusal` stands all the same.
   */
  readonly assertion: Assertion | undefined
  /** What a decision would have stopped at. */
  readonly refusal: Refusal | undefined
}

/** Whose token this is: by issuer, then by audience, as verification finds it. */
export function checkAddressee(
  list: Checklist,
  claims: Claims,
  policy: Policy,
  wanted: string | undefined,
): Addressee | undefined {
  const providers = list.check(
    'issuer',
    () => providersOf(issuerOf(claims), policy),
    ([provider]) => provider?.issuer ?? '',
  )
  if (providers === undefined) {
    list.skip('audience', 'no provider')
    return undefined
  }
  return list.check(
    'audience',
    () => addresseeOf(providers, audiencesOf(claims), wanted),
    ({ provider, audience }) => `${audience}, provider ${provider.id}`,
  )
}

/** Times, subject and token id; `at` in seconds since the epoch. */
export function checkRest(
  list: Checklist,
  claims: Claims,
  { provider, audience }: Addressee,
  at: number,
  verified: Pick<Assertion, 'algorithm' | 'kid'>,
): Assertion {
  const lifespan = list.check('times', () => checkTimes(claims, provider.maxTokenAge, at))
  const subject = list.check('subject', () => subjectOf(claims))
  const jti = list.check('token id', () => tokenIdOf(claims, provider.singleUse))
  return {
    provider,
    claims,
    issuer: provider.issuer,
    subject: subject ?? '',
    audience,
    jti,
    ...verified,
    ...(lifespan ?? { issuedAt: 0, expiresAt: 0 }),
  }
}

function providersOf(issuer: string, policy: Policy): readonly Provider[] {
  const providers = policy.providersByIssuer.get(issuer)
  if (providers !== undefined) return providers
  throw new Refusal('issuer', { detail: `no provider has the issuer ${issuer.slice(0, 100)}` })
}
