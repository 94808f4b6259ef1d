import type { Entry } from '../document/check.ts'
import type { ProviderDocument } from '../document/provider.ts'

/** What members may name: the providers and what each of them maps. */
export interface ProviderIndex {
  /** Provider id to the names that its mapping sets: `google.groups`, `attribute.N`. */
  readonly mapped: ReadonlyMap<string, ReadonlySet<string>>
  /** `projects/N/locations/global/workloadIdentityPools/POOL` to the ids of its providers. */
  readonly pools: ReadonlyMap<string, readonly string[]>
  /** Ids of providers that failed their own check: silence about them avoids a second complaint. */
  readonly declared: ReadonlySet<unknown>
  /**
   * The names that any provider of these canonical members sets, of all providers without members;
   * undefined where one of them failed its own check.
   */
  mappedBy(members: readonly string[] | undefined): ReadonlySet<string> | undefined
}

/** Indexes the providers that passed their schema. */
export function indexProviders(
  entries: readonly Entry<ProviderDocument>[],
  declared: ReadonlySet<unknown>,
): ProviderIndex {
  const mapped = new Map<string, ReadonlySet<string>>()
  const pools = new Map<string, string[]>()
  for (const { document } of entries) {
    mapped.set(document.id, new Set(Object.keys(document.attributeMapping)))
    const pool = document.workloadIdentityProvider?.split('/providers/')[0]
    if (pool === undefined) continue
    const members = pools.get(pool)
    if (members === undefined) pools.set(pool, [document.id])
    else members.push(document.id)
  }
  const whole = mapped.size === declared.size
  const all = new Set([...mapped.values()].flatMap((names) => [...names]))
  return {
    mapped,
    pools,
    declared,
    mappedBy(members) {
      if (members === undefined) return whole ? all : undefined
      const ids = new Set(members.map((member) => member.slice(0, member.indexOf(':'))))
      const [first, ...others] = [...ids].map((id) => mapped.get(id))
      return others.reduce((known, more) => known && more && known.union(more), first)
    },
  }
}
