import type { Grant } from '../domain/grant.ts'
import type { Principal } from '../domain/principal.ts'
import type { Target } from '../domain/token-request.ts'

/** How near a grant comes that does not name the principal: higher is nearer. */
export function nearness(grant: Grant, principal: Principal, target: Target): number {
  const wanted =
    (target.kind === 'email' && grant.serviceAccount === target.email) ||
    (target.kind === 'grant' && grant.id === target.id)
  const provider = `${principal.assertion.provider.id}:`
  const related = grant.members.some((member) => member.startsWith(provider))
  const alike = grant.members.some((member) => counterpartOf(member, principal) !== undefined)
  return (wanted ? 4 : 0) + (related ? 2 : 0) + (alike ? 1 : 0)
}

/** Whom a grant names instead of the principal, and what the principal has in that place. */
export function describeMembers({ members }: Grant, principal: Principal): string {
  const provider = `${principal.assertion.provider.id}:`
  const nearest =
    members.find((member) => counterpartOf(member, principal) !== undefined) ??
    members.find((member) => member.startsWith(provider)) ??
    members[0] ??
    'nobody'
  const more = members.length > 1 ? ` and ${members.length - 1} more` : ''
  return `it names ${short(nearest)}${more}, ${standing(nearest, provider, principal)}`
}

function standing(member: string, provider: string, principal: Principal): string {
  if (!member.startsWith(provider)) return `the caller comes from provider ${provider.slice(0, -1)}`
  const counterpart = counterpartOf(member, principal)
  if (counterpart !== undefined) return `the caller is ${short(counterpart)}`
  const selector = member.slice(provider.length).split('/')[0] ?? ''
  return selector === 'group' ? 'the caller has no groups' : `the caller has no ${selector}`
}

/** The principal's own member of the same kind: the same attribute with another value. */
function counterpartOf(member: string, principal: Principal): string | undefined {
  const kind = `${member.split('/')[0] ?? ''}/`
  return principal.members.find((own) => own.startsWith(kind))
}

function short(member: string): string {
  return member.length > 120 ? `${member.slice(0, 120)}...` : member
}
