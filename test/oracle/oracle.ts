import { askOf, type Ask } from './ask.ts'
import { prove } from './proof.ts'
import type { GrantRule, ProviderRule, RawRequest, Rules } from './rules.ts'
import { no, verdictOf, type Mint, type Verdict } from './verdict.ts'
import type { JsonObject } from './json.ts'

/**
 * The judge apart from the service: from the bytes of a request to what Google must be asked for,
 * written from the specifications and the wire contract alone. It shares no line with the service.
 * `now` in seconds, with fractions.
 */
export function judge(request: RawRequest, rules: Rules, now: number): Verdict {
  return verdictOf(() => {
    const ask = askOf(request)
    const wanted = ask.target.by === 'provider' ? ask.target.name : undefined
    const { provider, claims } = prove(ask.token, wanted, rules.providers, now)
    const members = membersOf(provider, claims)
    if (!provider.condition(claims)) no("the provider's condition")
    for (const denial of rules.denials) {
      const concerned = denial.members?.some((member) => members.includes(member)) ?? true
      if (concerned && denial.condition(claims)) no('denied')
    }
    return mintOf(ask, provider, claims, members, rules.grants)
  })
}

/** Every name by which grants may call the caller. */
function membersOf(provider: ProviderRule, claims: JsonObject): readonly string[] {
  const { subject, groups, attributes = {} } = provider.map(claims)
  if (typeof subject !== 'string' || subject === '' || bytes(subject) > 127) return no('subject')
  const texts = Array.isArray(groups) ? (groups as readonly unknown[]) : []
  const list = texts.every((group) => typeof group === 'string') ? texts : []
  const named = Object.entries(attributes).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  const all = [subject, ...list, ...named.map(([, value]) => value)]
  if (all.reduce((sum, text) => sum + bytes(text), 0) > 8192) no('too much is mapped')
  return [
    `${provider.id}:*`,
    `${provider.id}:subject/${subject}`,
    ...list.map((group) => `${provider.id}:group/${group}`),
    ...named.map(([name, value]) => `${provider.id}:attribute.${name}/${value}`),
  ]
}

function mintOf(
  ask: Ask,
  provider: ProviderRule,
  claims: JsonObject,
  members: readonly string[],
  grants: readonly GrantRule[],
): Mint {
  const reachable = grants.filter(
    (grant) =>
      grant.auditOnly !== true &&
      grant.members.some((member) => members.includes(member)) &&
      isNamed(grant, ask, provider) &&
      (grant.condition?.(claims) ?? true) &&
      (ask.kind === 'access_token' ? grant.access : grant.idAudiences) !== undefined,
  )
  if (new Set(reachable.map(({ account }) => account)).size > 1) no('two accounts')
  const covering = reachable.flatMap((grant) => coverOf(grant, ask))
  const [best] = covering.toSorted(
    (one, other) =>
      one.dropped - other.dropped ||
      one.breadth - other.breadth ||
      one.lifetime - other.lifetime ||
      (one.id < other.id ? -1 : 1),
  )
  return best?.mint ?? no('no grant covers it')
}

function isNamed({ id, account }: GrantRule, { target }: Ask, provider: ProviderRule): boolean {
  if (target.by === 'account') return account === target.name
  if (target.by === 'grant') return id === target.name
  return target.by === 'nothing' || provider.resourceName === target.name
}

interface Cover {
  readonly id: string
  readonly mint: Mint
  readonly dropped: number
  readonly breadth: number
  readonly lifetime: number
}

function coverOf({ id, account, access, idAudiences }: GrantRule, ask: Ask): readonly Cover[] {
  if (ask.kind === 'id_token') {
    if (idAudiences?.includes(ask.resource) !== true) return []
    const mint = { kind: ask.kind, account, audience: ask.resource }
    return [{ id, mint, dropped: 0, breadth: 0, lifetime: 0 }]
  }
  if (access === undefined) return []
  const asked = ask.scopes ?? access.scopes
  const scopes = asked.filter((scope) => access.scopes.includes(scope))
  const dropped = asked.length - scopes.length
  if (scopes.length === 0 || (dropped > 0 && access.drop !== true)) return []
  if (ask.boundary && access.boundary !== true) return []
  const lifetime = ask.lifetime ?? Math.min(access.maxLifetime, 3600)
  if (lifetime > access.maxLifetime) return []
  const mint = { kind: ask.kind, account, scopes, lifetime }
  return [{ id, mint, dropped, breadth: scopes.length, lifetime }]
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length
}
