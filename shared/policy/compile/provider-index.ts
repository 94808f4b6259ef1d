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
  return { mapped, pools, declared }
}
