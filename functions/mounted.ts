import { readFile } from 'node:fs/promises'
import { SettingsError } from './settings.ts'

/**
 * The content of the file that a setting names, a mounted secret; undefined where the setting is left
 * out. Throws `SettingsError`.
 */
export async function mounted(name: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new SettingsError(`${name} cannot be read: ${code}`, { cause: error })
  }
}
