import { z } from 'zod'
import { expandPreset, filledIn, missingIn, presetOf } from '../presets/expand.ts'
import { enough, type Problem } from '../problem.ts'
import type { Path, SourceMap } from '../yaml/source-map.ts'
import type { CeilingDocument } from './ceiling.ts'
import { AuthoredInclude, AuthoredPolicy, IncludeDocument } from './document.ts'
import { DenialDocument, GrantDocument } from './grant.ts'
import { problemsOf } from './issues.ts'
import { ProviderDocument } from './provider.ts'
import { IS_MISSING, predicateOf } from './sentences.ts'
import { TestCaseDocument } from './test-case.ts'

/** An entry of a list that passed its schema, and its index in the file. */
export interface Entry<Document> {
  readonly index: number
  readonly document: Document
}

/** What of a file passed its schema; entries that did not are left out and have their problems. */
export interface CheckedFile {
  readonly source: SourceMap
  readonly ceiling: CeilingDocument | undefined
  readonly includes: readonly Entry<IncludeDocument>[]
  readonly providers: readonly Entry<ProviderDocument>[]
  /** Ids of all providers, those that failed included: whoever names them made no mistake. */
  readonly declaredProviders: ReadonlySet<unknown>
  readonly grants: readonly Entry<GrantDocument>[]
  readonly denials: readonly Entry<DenialDocument>[]
  readonly tests: readonly Entry<TestCaseDocument>[]
}

const anything = z.array(z.unknown()).default([])
const lists = { grants: anything, tests: anything }
const FRAMES = {
  main: AuthoredPolicy.extend({
    ...lists,
    include: anything,
    providers: z.array(z.unknown()),
    denials: anything,
  }),
  include: AuthoredInclude.extend(lists),
}

/**
 * Checks a file's frame and then entry by entry, so that one mistake does not hide the next, and adds
 * what is wrong to `problems`, until there are more than are shown.
 */
export function checkFile(
  kind: 'main' | 'include',
  value: unknown,
  source: SourceMap,
  problems: Problem[],
): CheckedFile {
  const check = <Document>(schema: z.ZodType<Document>, part: unknown, path: Path) => {
    if (enough(problems)) return undefined
    const result = schema.safeParse(part, { error: predicateOf })
    if (result.success) return result.data
    const named = isMapping(part) ? part['preset'] : undefined
    const preset = presetOf(named)
    const hint = (key: PropertyKey | undefined) => preset && missingIn(preset, key)
    // What a preset would fill in is not missing where only its name is wrong.
    const { issues } = result.error
    const told =
      named === undefined || preset !== undefined
        ? issues
        : issues.filter(({ path: [key], message }) => message !== IS_MISSING || !filledIn(key))
    problems.push(...problemsOf(told, source, path, schema, hint))
    return undefined
  }
  const frame = check<{ readonly ceiling?: CeilingDocument | undefined }>(FRAMES[kind], value, [])
  const raw = isMapping(value) ? value : {}
  const rawList = (key: string) => {
    const given = raw[key]
    return Array.isArray(given) ? (given as readonly unknown[]) : []
  }
  const entries = <Document>(
    key: string,
    schema: z.ZodType<Document>,
  ): readonly Entry<Document>[] =>
    rawList(key).flatMap((entry, index) => {
      const document = check(schema, entry, [key, index])
      return document === undefined ? [] : [{ index, document }]
    })
  return {
    source,
    ceiling: frame?.ceiling,
    includes: kind === 'main' ? entries('include', ExpandedInclude) : [],
    providers: kind === 'main' ? entries('providers', ExpandedProvider) : [],
    declaredProviders: new Set(
      rawList('providers').map((entry) => isMapping(entry) && entry['id']),
    ),
    grants: entries('grants', GrantDocument),
    denials: kind === 'main' ? entries('denials', DenialDocument) : [],
    tests: entries('tests', TestCaseDocument),
  }
}

/** A provider is checked with what its preset fills in. */
const ExpandedProvider = z.preprocess(
  (entry) => (isMapping(entry) ? expandPreset(entry) : entry),
  ProviderDocument,
)

/** A path alone stands for its files, under no ceiling of their own. */
const ExpandedInclude = z.preprocess(
  (entry) => (typeof entry === 'string' ? { files: entry } : entry),
  IncludeDocument,
)

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
