import type { Denial, Grant } from '../domain/grant.ts'
import type { Provider } from '../domain/provider.ts'
import type { CheckedFile, Entry } from './document/check.ts'
import type { DenialDocument, GrantDocument } from './document/grant.ts'
import type { ProviderDocument } from './document/provider.ts'
import type { LoadedPolicy } from './load.ts'
import type { Path, SourceMap } from './yaml/source-map.ts'

/** An entry of the file beside what was compiled from it. */
export interface Row<Document, Compiled> {
  readonly document: Document
  readonly compiled: Compiled
  readonly source: SourceMap
  readonly path: Path
}

/** The rows of a loaded policy, in the order of its files. */
export interface PolicyRows {
  readonly providers: readonly Row<ProviderDocument, Provider>[]
  readonly grants: readonly Row<GrantDocument, Grant>[]
  readonly denials: readonly Row<DenialDocument, Denial>[]
}

/** Puts documents and compiled rules side by side, for whoever has to speak of both. */
export function rowsOf({ policy, files }: LoadedPolicy): PolicyRows {
  const providers = byId([...policy.providersByIssuer.values()].flat())
  const grants = byId([...policy.grantsByMember.values()].flat())
  const denials = byId(policy.denials)
  const rows = <Document extends Named, Compiled extends Named>(
    key: 'providers' | 'grants' | 'denials',
    entriesOf: (file: CheckedFile) => readonly Entry<Document>[],
    compiled: ReadonlyMap<string, Compiled>,
  ) =>
    files.flatMap((file) =>
      entriesOf(file).flatMap(({ index, document }) => {
        const one = compiled.get(document.id)
        if (one === undefined) return []
        return [{ document, compiled: one, source: file.source, path: [key, index] }]
      }),
    )
  return {
    providers: rows('providers', (file) => file.providers, providers),
    grants: rows('grants', (file) => file.grants, grants),
    denials: rows('denials', (file) => file.denials, denials),
  }
}

interface Named {
  readonly id: string
}

function byId<One extends Named>(all: readonly One[]): ReadonlyMap<string, One> {
  return new Map(all.map((one) => [one.id, one]))
}
