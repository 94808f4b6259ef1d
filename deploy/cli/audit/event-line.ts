import type { StoredEvent } from '../../../shared/audit/store/store.ts'
import type { Style, Terminal } from '../terminal.ts'
import { visible } from './visible.ts'

const STYLES: Readonly<Record<StoredEvent['kind'], Style>> = {
  intent: 'dim',
  issued: 'green',
  refused: 'yellow',
  policy: 'cyan',
  checkpoint: 'dim',
  summary: 'yellow',
}

/** An event in one line for a person. */
export function eventLine(event: StoredEvent, { style }: Pick<Terminal, 'style'>): string {
  const { kind, status = 0 } = event
  const look = kind === 'refused' && status >= 500 ? 'red' : STYLES[kind]
  const facts = [
    event.reason,
    event.account,
    event.subject ?? event.claimedIssuer,
    event.grant === undefined ? undefined : `grant ${event.grant}`,
    event.scopes.length > 0 ? event.scopes.map(shortScope).join(' ') : event.tokenAudience,
    event.kind === 'policy' ? event.policyDigest : undefined,
    event.detail,
    event.address,
    event.requestId,
  ]
  const time = new Date(event.time).toISOString().replace('T', ' ')
  const told = facts.filter((fact) => fact !== undefined).map(visible)
  return `${style('dim', time)} ${style(look, kind.padEnd(10))} ${told.join('  ')}`
}

function shortScope(scope: string): string {
  return scope.replace('https://www.googleapis.com/auth/', '')
}
