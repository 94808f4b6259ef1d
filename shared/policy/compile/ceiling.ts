import type { CeilingDocument } from '../document/ceiling.ts'
import type { GrantDocument } from '../document/grant.ts'
import type { Path, SourceMap } from '../yaml/source-map.ts'
import { complainAt, type CompileContext } from './context.ts'
import { readMember } from './member.ts'
import type { ProviderIndex } from './provider-index.ts'

/**
 * A bound on grants. Three can stand over one grant: the main file's own, that of the `include` entry
 * which brought the grant's file in, and the file's own; each of them has to hold, so a file can narrow
 * what it was given and never widen it.
 */
export interface Ceiling {
  /** `policy.yaml:4:3`, for messages. */
  readonly where: string
  readonly document: CeilingDocument
  /** Canonical members; `P:*` and a trailing `/*` stand for all that begin so. */
  readonly members: readonly string[] | undefined
}

/** A place below a grant and what exceeds the ceiling there. */
export interface Excess {
  readonly at: Path
  readonly message: string
}

/** A ceiling with its members read; undefined where the file has none. */
export function compileCeiling(
  document: CeilingDocument | undefined,
  source: SourceMap,
  path: Path,
  providers: ProviderIndex,
  context: CompileContext,
): Ceiling | undefined {
  if (document === undefined) return undefined
  const members = document.members?.flatMap((member, position) => {
    const at = [...path, 'members', position]
    const read = readMember(member, providers)
    if ('canonical' in read && !/[*](?!$)|[^/:][*]$/.test(member)) return read.canonical
    const fault = 'fault' in read ? read.fault : 'a * may stand only behind the last slash or colon'
    if (fault !== undefined) complainAt(context, source, at, fault)
    return []
  })
  const { line, column } = source.key(path)
  return { where: `${source.file}:${line}:${column}`, document, members }
}

/** All that a grant asks beyond a ceiling. `members`: canonical forms of each of its members. */
export function excesses(
  grant: GrantDocument,
  members: readonly (readonly string[])[],
  { document, members: bound, where }: Ceiling,
): readonly Excess[] {
  const found: Excess[] = []
  const check = (within: boolean, at: Path, what: string) => {
    if (!within) found.push({ at, message: `${what} exceeds the ceiling at ${where}` })
  }
  for (const [index, forms] of members.entries())
    check(
      forms.every((form) => !bound || bound.some((entry) => covers(entry, form))),
      ['members', index],
      `member ${grant.members[index] ?? ''}`,
    )
  const { serviceAccount, delegates, accessToken, idToken } = grant
  check(mayBecome(document, serviceAccount), ['serviceAccount'], `serviceAccount ${serviceAccount}`)
  for (const [index, delegate] of delegates.entries())
    check(mayDelegate(document, delegate), ['delegates', index], `delegate ${delegate}`)
  for (const [index, scope] of (accessToken?.scopes ?? []).entries())
    check(
      document.scopes?.includes(scope) ?? true,
      ['accessToken', 'scopes', index],
      `scope ${scope}`,
    )
  const lifetime = accessToken?.maxLifetime ?? 0
  check(
    lifetime <= (document.maxLifetime ?? lifetime),
    ['accessToken', 'maxLifetime'],
    `maxLifetime ${lifetime}`,
  )
  for (const [index, audience] of (idToken?.audiences ?? []).entries())
    check(
      document.audiences?.includes(audience) ?? true,
      ['idToken', 'audiences', index],
      `audience ${audience}`,
    )
  return found
}

function covers(entry: string, member: string): boolean {
  return entry === member || (/[/:]\*$/.test(entry) && member.startsWith(entry.slice(0, -1)))
}

function mayBecome({ serviceAccounts }: CeilingDocument, account: string): boolean {
  return (
    serviceAccounts?.some(
      (entry) => entry === account || (entry.startsWith('*@') && account.endsWith(entry.slice(1))),
    ) ?? true
  )
}

/** Accounts that may be granted may be delegates too, and those named for nothing else. */
function mayDelegate(document: CeilingDocument, account: string): boolean {
  if (document.serviceAccounts === undefined && document.delegates === undefined) return true
  const named = document.delegates?.includes(account) ?? false
  return named || (document.serviceAccounts !== undefined && mayBecome(document, account))
}
