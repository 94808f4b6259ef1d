import type { Policy } from '../domain/policy.ts'
import { compileInSteps } from './compile/compile.ts'
import { createExpressions } from './compile/expressions.ts'
import { inTurns } from './compile/steps.ts'
import type { CheckedFile, Entry } from './document/check.ts'
import type { LoadedPolicy } from './load.ts'
import type { SourceMap } from './yaml/source-map.ts'

/** What a loaded policy was compiled from: plain values, as JSON has them. */
export interface PolicyDocuments {
  readonly digest: string
  readonly providers: CheckedFile['providers']
  /** Of all files, in their order. */
  readonly grants: CheckedFile['grants']
  readonly denials: CheckedFile['denials']
}

/** The documents of a loaded policy, those of its included files among them. */
export function documentsOf({ digest, files }: LoadedPolicy): PolicyDocuments {
  return {
    digest,
    providers: numbered(files.flatMap((file) => file.providers)),
    grants: numbered(files.flatMap((file) => file.grants)),
    denials: numbered(files.flatMap((file) => file.denials)),
  }
}

/**
 * Compiles a policy that loaded elsewhere once more, in turns of a few milliseconds. Ceilings were
 * held there already, and so was everything else that a policy may not say: throws `Error` where a
 * problem shows up all the same.
 */
export async function rebuildPolicy(
  { digest, ...documents }: PolicyDocuments,
  allowLoopback: boolean,
): Promise<Policy> {
  const context = { expressions: createExpressions(), allowLoopback, problems: [] }
  const whole: CheckedFile = {
    ...documents,
    source: NOWHERE,
    ceiling: undefined,
    includes: [],
    declaredProviders: new Set(),
    tests: [],
  }
  const policy = await inTurns(compileInSteps(whole, [], digest, context))
  if (context.problems.length > 0) throw new Error('a policy that loaded does not compile')
  return policy
}

function numbered<Document>(entries: readonly Entry<Document>[]): readonly Entry<Document>[] {
  return entries.map(({ document }, index) => ({ index, document }))
}

/** Nobody is told of a place: whoever loaded the policy had the text. */
const START = { line: 1, column: 1 }
const NOWHERE: SourceMap = {
  file: '',
  value: () => START,
  key: () => START,
  within: () => START,
  line: () => '',
  lineCount: () => 0,
}
