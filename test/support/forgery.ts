import { hash } from 'node:crypto'

const HASH_MEMBER = `{"chainhash":"${'0'.repeat(64)}",`.length

/** Rewrites a line's members and makes its hash right again, as a careful forger does. */
export function forged(line: string, change: (line: string) => string): string {
  const rest = `{${change(line).slice(HASH_MEMBER)}`
  return `{"chainhash":"${hash('sha256', rest)}",${rest.slice(1)}`
}

/** Changes every record and makes all hashes and links right: only signatures tell. */
export function rechained(lines: readonly string[], change: (line: string) => string): string[] {
  let previous = '0'.repeat(64)
  return lines.map((line) => {
    const linked = forged(line, (text) =>
      change(text).replace(/"chainprev":"[^"]*"/, `"chainprev":"${previous}"`),
    )
    previous = linked.slice('{"chainhash":"'.length, '{"chainhash":"'.length + 64)
    return linked
  })
}
