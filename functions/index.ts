import { parseArgs } from 'node:util'
import { http } from '@google-cloud/functions-framework'
import type { Handle } from '../shared/http/edge-server.ts'
import { failStart } from './fail-start.ts'

/** Starts a function by the environment and guards the framework's server for it. */
type Start = (environment: NodeJS.ProcessEnv) => Promise<Handle>

/**
 * The function that the framework was asked for; only that one is started, so that none needs the
 * settings of another. Functions are registered by name and exported by name as well.
 */
const target = frameworkTarget(process.argv.slice(2), process.env)

export const token = await register('token', async () => (await import('./token.ts')).startToken)

export const explain = await register('explain', async () => {
  return (await import('./explain.ts')).startExplain
})

// The framework's registry and the module's exports share no name with the global: hence the alias.
const consoleHandle = await register('console', async () => {
  return (await import('./console.ts')).startConsole
})
export { consoleHandle as console }

async function register(name: string, load: () => Promise<Start>): Promise<Handle | undefined> {
  if (name !== target) return undefined
  try {
    const handle = await (await load())(process.env)
    http(name, handle)
    return handle
  } catch (error) {
    failStart(error)
  }
}

/** `--target`, else `FUNCTION_TARGET`, as the framework reads them. */
function frameworkTarget(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const options = { target: { type: 'string' } } as const
  const { values } = parseArgs({ args: [...args], options, strict: false })
  return typeof values.target === 'string' ? values.target : environment['FUNCTION_TARGET']
}
