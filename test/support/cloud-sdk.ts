import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { TestContext } from 'node:test'

/** The Cloud SDK of this machine. */
export interface CloudSdk {
  readonly gcloud: string
  /** Where its Python libraries stand, google-auth among them. */
  readonly libraries: string
}

/** The Cloud SDK as `command -v gcloud` finds it; skips the test, loudly, where there is none. */
export function findCloudSdk(test: TestContext): CloudSdk | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const gcloud = folders.map((folder) => join(folder, 'gcloud')).find(existsSync)
  if (gcloud === undefined) {
    test.skip('gcloud is not installed: nothing was tried with it, nor with its google-auth')
    return undefined
  }
  const root = dirname(dirname(realpathSync(gcloud)))
  return { gcloud, libraries: join(root, 'lib', 'third_party') }
}
