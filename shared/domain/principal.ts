import type { Assertion } from './assertion.ts'
import type { Mapped, Provider } from './provider.ts'

/** A verified, mapped caller whose provider's condition held. */
export interface Principal {
  readonly assertion: Assertion
  readonly mapped: Mapped
  /** `principal://iam.googleapis.com/...` as Google's logs spell it, or `PROVIDER:subject/S`. */
  readonly name: string
  /** Every member form that this principal answers to: the keys of the index of grants. */
  readonly members: readonly string[]
}

/**
 * The canonical member forms of a principal: `PROVIDER:subject/S`, `PROVIDER:group/G`,
 * `PROVIDER:attribute.N/V`, `PROVIDER:*`.
 */
export function membersOf(providerId: string, mapped: Mapped): readonly string[] {
  return [
    `${providerId}:subject/${mapped.subject}`,
    ...mapped.groups.map((group) => `${providerId}:group/${group}`),
    ...[...mapped.attributes].map(([name, value]) => `${providerId}:attribute.${name}/${value}`),
    `${providerId}:*`,
  ]
}

/**
 * How logs spell one principal: Google's `principal://iam.googleapis.com/...` where the provider
 * stands for a workload identity pool provider, else `PROVIDER:subject/S`.
 */
export function principalName(
  provider: Pick<Provider, 'id' | 'resourceName'>,
  subject: string,
): string {
  if (provider.resourceName === undefined) return `${provider.id}:subject/${subject}`
  const pool = provider.resourceName.slice(0, provider.resourceName.lastIndexOf('/providers/'))
  return `principal:${pool}/subject/${subject}`
}
