import type { Denial, Grant } from '../domain/grant.ts'
import type { Authorization } from '../domain/issued.ts'
import type { Policy } from '../domain/policy.ts'
import type { Principal } from '../domain/principal.ts'
import { Refusal } from '../domain/refusal.ts'
import type { TokenRequest } from '../domain/token-request.ts'
import type { Trail } from '../domain/trail.ts'
import { judge, type Cover, type Miss } from './judge.ts'

/** A grant of the principal, judged. */
export interface Judged {
  readonly grant: Grant
  readonly verdict: Cover | Miss
}

/**
 * Decides: denials first, then the principal's grants. The order of grants never matters: among
 * those that cover the request and lead to one account, the one that drops fewest scopes and gives
 * least wins. Throws `Refusal`: `denied`, `no_grant`, `ambiguous_grant`, `scope`, `request`.
 */
export function authorize(
  principal: Principal,
  request: TokenRequest,
  policy: Policy,
  trail: Trail,
): Authorization {
  const denial = policy.denials.find((candidate) => denies(candidate, principal))
  if (denial !== undefined) {
    trail.denial = denial.id
    throw new Refusal('denied', { detail: `denial ${denial.id}${failureOf(denial, principal)}` })
  }

  const judged = grantsOf(principal, policy).map((grant): Judged => ({
    grant,
    verdict: judge(grant, principal, request),
  }))
  trail.shadowGrants = judged.filter(isShadow).map(({ grant }) => grant.id)

  const enforced = judged.filter(({ grant }) => grant.mode === 'enforce')
  const [choice] = rank(enforced)
  if (choice === undefined) throw nearestMiss(enforced)
  refuseAmbiguity(enforced)

  const authorization: Authorization = {
    principal,
    grant: choice.grant,
    order: choice.verdict.order,
    policyDigest: policy.digest,
  }
  trail.authorization = authorization
  return authorization
}

/** Whether a denial strikes: a condition that cannot be evaluated denies. */
export function denies(denial: Denial, principal: Principal): boolean {
  const { members, condition } = denial
  if (members !== undefined && !principal.members.some((member) => members.has(member))) {
    return false
  }
  return condition === undefined || condition.test(principal.mapped.bindings) !== false
}

/** Why a denial's condition could not be evaluated; an error may hold claim values, and is cut. */
function failureOf({ condition }: Denial, { mapped }: Principal): string {
  const verdict = condition?.test(mapped.bindings)
  return typeof verdict === 'object' ? `, its condition failed: ${verdict.error.slice(0, 100)}` : ''
}

/** The grants that name the principal, each once, found by index. */
export function grantsOf(principal: Principal, policy: Policy): readonly Grant[] {
  const found = principal.members.flatMap((member) => policy.grantsByMember.get(member) ?? [])
  return [...new Set(found)]
}

function isShadow({ grant, verdict }: Judged): boolean {
  return grant.mode === 'audit' && verdict.covers
}

/** The covering grants, best first: fewest dropped scopes, then least privilege, then by id. */
function rank(judged: readonly Judged[]): readonly { grant: Grant; verdict: Cover }[] {
  return judged
    .flatMap(({ grant, verdict }) => (verdict.covers ? [{ grant, verdict }] : []))
    .sort(
      (a, b) =>
        a.verdict.dropped - b.verdict.dropped ||
        breadth(a.verdict) - breadth(b.verdict) ||
        lifetime(a.verdict) - lifetime(b.verdict) ||
        (a.grant.id < b.grant.id ? -1 : 1),
    )
}

function breadth({ order }: Cover): number {
  return order.kind === 'access_token' ? order.scopes.length : Number(order.includeEmail)
}

function lifetime({ order }: Cover): number {
  return order.kind === 'access_token' ? order.lifetime : 0
}

/**
 * A request that names no account must have no choice: not "the one that happens to cover it", so
 * that a grant added for one account never changes what an old request gets from another.
 */
function refuseAmbiguity(judged: readonly Judged[]): void {
  const reachable = judged.filter(
    ({ verdict }) =>
      verdict.covers || (verdict.check !== 'target' && verdict.check !== 'condition'),
  )
  const ofKind = reachable.filter(({ verdict }) => verdict.covers || verdict.check !== 'kind')
  const accounts = new Set(ofKind.map(({ grant }) => grant.serviceAccount))
  if (accounts.size > 1) {
    throw new Refusal('ambiguous_grant', { detail: `grants lead to ${accounts.size} accounts` })
  }
}

function nearestMiss(judged: readonly Judged[]): Refusal {
  let nearest: { readonly id: string; readonly miss: Miss } | undefined
  for (const { grant, verdict } of judged) {
    if (verdict.covers) continue
    const nearer =
      nearest === undefined ||
      verdict.depth > nearest.miss.depth ||
      (verdict.depth === nearest.miss.depth && grant.id < nearest.id)
    if (nearer) nearest = { id: grant.id, miss: verdict }
  }
  if (nearest === undefined)
    return new Refusal('no_grant', { detail: 'no grant names the principal' })
  const { id, miss } = nearest
  return new Refusal(miss.reason, { detail: `nearest grant ${id}: ${miss.detail}` })
}
