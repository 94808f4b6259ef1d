import { celEnv } from '@bufbuild/cel'
import type { CelEnv } from '@bufbuild/cel'
import type { Budget } from './budget.ts'
import { containerFunctions } from './container-functions.ts'
import { CONVERSIONS } from './conversions.ts'
import type { Pattern } from './patterns.ts'
import { textFunctions } from './text-functions.ts'

/** What an environment is made of. */
export interface EnvironmentOptions {
  readonly budget: Budget
  /** The compiled form of a pattern; throws for one that it does not have. */
  readonly patternFor: (pattern: string) => Pattern
  /** The container in which names are resolved; Google's expressions have none. */
  readonly namespace?: string
}

/**
 * The engine with our repairs and Google's functions, for expressions that went through `repair`.
 */
export function createEnvironment(options: EnvironmentOptions): CelEnv {
  return celEnv({
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    funcs: [
      ...CONVERSIONS,
      ...textFunctions(options.budget, options.patternFor),
      ...containerFunctions(options.budget),
    ],
  })
}
