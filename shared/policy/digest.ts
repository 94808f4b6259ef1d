import { createHash } from 'node:crypto'

/** One file's bytes and the name that a digest knows it by. */
export interface PolicyBytes {
  /** Relative to the main file's directory. */
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * `sha256:` and hexadecimal digits. A main file alone: over its bytes, as `sha256sum` prints it. With
 * included files: over the main file's digest, then name, length and bytes of each, ordered by name.
 */
export function policyDigest(main: Uint8Array, included: readonly PolicyBytes[]): string {
  const alone = createHash('sha256').update(main).digest('hex')
  if (included.length === 0) return `sha256:${alone}`
  const whole = createHash('sha256').update(`${alone}\n`)
  for (const { name, bytes } of included.toSorted(byName))
    whole.update(`${JSON.stringify(name)} ${bytes.length}\n`).update(bytes)
  return `sha256:${whole.digest('hex')}`
}

function byName(a: PolicyBytes, b: PolicyBytes): number {
  if (a.name === b.name) return 0
  return a.name < b.name ? -1 : 1
}
