import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

/** A directory that lives as long as a test file runs; the function writes a file there. */
export function scratch(): (name: string, content: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'token-bureau-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  return (name, content) => {
    const path = join(directory, name)
    writeFileSync(path, content)
    return path
  }
}
