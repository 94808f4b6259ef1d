import { dirname, relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { LoadedPolicy } from '../../policy/load.ts'

/** One field of an entry that is not what it was. */
export interface FieldChange {
  /** `accessToken.maxLifetime`. */
  readonly field: string
  /** Absent where the field was not there. */
  readonly from?: unknown
  /** Absent where the field is gone. */
  readonly to?: unknown
}

/** One entry of a policy that came, went, or is not what it was. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly what: 'provider' | 'grant' | 'denial' | 'ceiling'
  /** The entry's id; of a ceiling the file's name from the main file's directory. */
  readonly id: string
  /** All fields of an entry that came or went. */
  readonly fields: readonly FieldChange[]
}

/**
 * What changes from one policy to another: entries by id, presets filled in, so that only what takes
 * effect counts. Order, comments and spelling make no difference, nor does the file of a grant.
 */
export function compareStructure(from: LoadedPolicy, to: LoadedPolicy): readonly Change[] {
  const [before, after] = [entriesOf(from), entriesOf(to)]
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].flatMap((key) => {
    const [old, young] = [before.get(key), after.get(key)]
    const { what, id } = young ?? old ?? {}
    if (what === undefined || id === undefined) return []
    const fields = compareFields(old?.fields ?? new Map(), young?.fields ?? new Map())
    if (fields.length === 0) return []
    const kind = old === undefined ? 'added' : young === undefined ? 'removed' : 'changed'
    return [{ kind, what, id, fields } satisfies Change]
  })
}

interface NamedEntry {
  readonly what: Change['what']
  readonly id: string
  readonly fields: ReadonlyMap<string, unknown>
}

function entriesOf({ files }: LoadedPolicy): ReadonlyMap<string, NamedEntry> {
  const entries = new Map<string, NamedEntry>()
  const add = (what: Change['what'], id: string, document: unknown) =>
    entries.set(`${what} ${id}`, { what, id, fields: fieldsOf(document) })
  const root = dirname(files[0]?.source.file ?? '')
  for (const { source, ceiling, providers, grants, denials, includes } of files) {
    const file = source === files[0]?.source ? 'the policy' : relative(root, source.file)
    if (ceiling !== undefined) add('ceiling', file, ceiling)
    for (const { document } of includes)
      if (document.ceiling !== undefined) add('ceiling', document.files, document.ceiling)
    for (const { document } of providers) add('provider', document.id, document)
    for (const { document } of grants) add('grant', document.id, document)
    for (const { document } of denials) add('denial', document.id, document)
  }
  return entries
}

/** The leaves of a document by their path; a list is a leaf. */
function fieldsOf(document: unknown): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>()
  const collect = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      if (value !== undefined && path !== 'id') fields.set(path, value)
      return
    }
    for (const [key, inner] of Object.entries(value))
      collect(inner, path === '' ? key : `${path}.${key}`)
  }
  collect(document, '')
  return fields
}

function compareFields(
  from: ReadonlyMap<string, unknown>,
  to: ReadonlyMap<string, unknown>,
): readonly FieldChange[] {
  const names = [...new Set([...from.keys(), ...to.keys()])]
  return names
    .filter(
      (name) =>
        !isDeepStrictEqual(comparable(name, from.get(name)), comparable(name, to.get(name))),
    )
    .map((field) => ({
      field,
      ...(from.has(field) ? { from: from.get(field) } : {}),
      ...(to.has(field) ? { to: to.get(field) } : {}),
    }))
}

/** Lists of texts are sets; delegates are a chain, whose order counts. */
function comparable(name: string, value: unknown): unknown {
  if (name === 'delegates' || !Array.isArray(value)) return value
  return value.every((one) => typeof one === 'string') ? new Set(value) : value
}
