import { compileExpression, type CompiledExpression } from '../../../shared/policy/cel/compile.ts'
import {
  googleConfig,
  type AccountConfig,
  type FullGoogleConfig,
  type GoogleConfig,
  type ProviderConfig,
} from './config.ts'

/** A provider with its expressions compiled. */
export interface WorkloadProvider extends ProviderConfig {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL` */
  readonly pool: string
  readonly mapping: ReadonlyMap<string, CompiledExpression>
  readonly condition: CompiledExpression | undefined
}

/** The configuration, compiled and indexed. */
export interface GoogleWorld {
  readonly config: FullGoogleConfig
  /** By resource name without the leading `//iam.googleapis.com/`; usable ones only. */
  readonly providers: ReadonlyMap<string, WorkloadProvider>
  /** By e-mail and by numeric id. */
  readonly accounts: ReadonlyMap<string, AccountConfig>
}

/** Checks and compiles a configuration. Throws `ZodError`, or `Error` that names the provider. */
export function compileWorld(given: GoogleConfig): GoogleWorld {
  const config = googleConfig.parse(given)
  const providers = config.providers
    .map((provider) => compileProvider(provider))
    .filter(({ disabled, pool }) => !disabled && !config.disabledPools.includes(pool))
  return {
    config,
    providers: new Map(providers.map((provider) => [provider.name, provider])),
    accounts: new Map(
      config.accounts.flatMap((account) => [
        [account.email, account] as const,
        [account.uniqueId, account] as const,
      ]),
    ),
  }
}

const MAX_MAPPING = 2048
const MAX_CONDITION = 4096
const MAX_ATTRIBUTES = 50

function compileProvider(provider: ProviderConfig): WorkloadProvider {
  const attributes = Object.entries(provider.attributeMapping)
  const problem = (text: string) => new Error(`${provider.name}: ${text}`)
  if (provider.attributeMapping['google.subject'] === undefined) {
    throw problem('google.subject is not mapped')
  }
  if (attributes.length > MAX_ATTRIBUTES) throw problem('more than 50 attributes')
  const mapping = attributes.map(([name, source]) => {
    if (!/^(google\.(subject|groups)|attribute\.[a-z0-9_]{1,100})$/.test(name)) {
      throw problem(`${name} cannot be mapped`)
    }
    const type = name === 'google.groups' ? 'string-or-list' : 'string'
    return [
      name,
      compileExpression(source, type, ['assertion'], { maxLength: MAX_MAPPING }),
    ] as const
  })
  return {
    ...provider,
    pool: provider.name.slice(0, provider.name.indexOf('/providers/')),
    mapping: new Map(mapping),
    condition:
      provider.attributeCondition === undefined
        ? undefined
        : compileExpression(
            provider.attributeCondition,
            'bool',
            ['assertion', 'google', 'attribute'],
            { maxLength: MAX_CONDITION },
          ),
  }
}
