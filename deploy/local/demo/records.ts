import type { Stack } from '../stack.ts'
import type { Narrator } from './narrator.ts'

/** What is shown of an audit line; the rest is the record itself. */
const SHOWN = ['severity', 'status', 'reason', 'message', 'request_id'] as const

/**
 * Shows what the bureau wrote to its standard output, then what Google minted. To be called when the
 * bureau has ended: its output is complete then. Throws `Error` where Google minted something that no
 * audit line knows of.
 */
export function showRecords({ bureau, google }: Stack, tell: Narrator): void {
  tell.hop('Each answer left its audit line on standard output, in the shape of Cloud Logging')
  const lines = bureau.stdout().flatMap((line) => auditLine(line) ?? [])
  for (const { shown, bytes } of lines) {
    tell.line(JSON.stringify({ ...shown, '…': `${bytes} bytes in all` }))
  }
  const known = new Set(lines.map(({ shown }) => `bureau:${String(shown['request_id'])}`))

  tell.hop("Google's own ledger names the same requests")
  for (const { kind, account, lifetime, requestReason } of google.ledger()) {
    if (requestReason !== undefined && !known.has(requestReason)) {
      throw new Error(`Google minted a token for ${requestReason}, which is not on record`)
    }
    const holder = account ?? 'the federated principal'
    tell.line(`${kind.padEnd(12)} ${String(lifetime).padStart(4)} s  ${holder}`)
    tell.fact('for', requestReason ?? 'the function itself, from its metadata server')
  }
}

/** The shown fields of an audit line; undefined for any other line. */
function auditLine(
  line: string,
): { readonly shown: Readonly<Record<string, unknown>>; readonly bytes: number } | undefined {
  if (!line.startsWith('{')) return undefined
  const fields = new Map<string, unknown>(Object.entries(JSON.parse(line)))
  if (!fields.has('event') || !fields.has('request_id')) return undefined
  const shown = SHOWN.filter((name) => fields.has(name)).map((name) => [name, fields.get(name)])
  return { shown: Object.fromEntries(shown), bytes: Buffer.byteLength(line) }
}
