import type { LoadedPolicy } from '../../../shared/policy/load.ts'
import { rowsOf } from '../../../shared/policy/rows.ts'

/** What a preset filled in for one provider. */
export interface Expansion {
  readonly provider: string
  readonly preset: string
  /** In YAML's terms. */
  readonly values: readonly { readonly key: string; readonly value: string }[]
}

/** What presets stand for: each provider that names one, with all that it comes to. */
export function expansionsOf(loaded: LoadedPolicy): readonly Expansion[] {
  return rowsOf(loaded).providers.flatMap(({ document }) => {
    if (document.preset === undefined) return []
    const { id, preset, issuer, algorithms, maxTokenAge, attributeMapping } = document
    return [
      {
        provider: id,
        preset,
        values: [
          { key: 'issuer', value: issuer },
          { key: 'algorithms', value: `[${algorithms.join(', ')}]` },
          { key: 'maxTokenAge', value: String(maxTokenAge) },
          ...Object.entries(attributeMapping).map(([name, value]) => ({
            key: `attributeMapping.${name}`,
            value,
          })),
          { key: 'attributeCondition', value: document.attributeCondition },
        ],
      },
    ]
  })
}
