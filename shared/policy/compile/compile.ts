import type { Denial, Grant } from '../../domain/grant.ts'
import type { Policy } from '../../domain/policy.ts'
import type { Provider } from '../../domain/provider.ts'
import type { CheckedFile } from '../document/check.ts'
import { compileCeiling, type Ceiling } from './ceiling.ts'
import { impossibleAmong } from '../expectation.ts'
import { enough } from '../problem.ts'
import { complainAt, takenIds, type CompileContext } from './context.ts'
import { indexProviders, type ProviderIndex } from './provider-index.ts'
import { compileProvider } from './provider.ts'
import { compileDenial, compileGrant } from './rules.ts'
import { atOnce, type Steps } from './steps.ts'

/** An included file and the index of the `include` entry that brought it in. */
export interface IncludedFile {
  readonly file: CheckedFile
  readonly entry: number
}

/**
 * Compiles checked files into tables that are looked up by key. All that is wrong goes to the
 * context's problems; with a single one the result must not be used.
 */
export function compilePolicy(
  main: CheckedFile,
  included: readonly IncludedFile[],
  digest: string,
  context: CompileContext,
): Policy {
  return atOnce(compileInSteps(main, included, digest, context))
}

/** The same in steps: one for each provider, grant and denial. */
export function* compileInSteps(
  main: CheckedFile,
  included: readonly IncludedFile[],
  digest: string,
  context: CompileContext,
): Steps<Policy> {
  const index = indexProviders(main.providers, main.declaredProviders)
  const providersByIssuer = yield* compileProviders(main, context)
  const own = ceilingOf(main, ['ceiling'], main.ceiling, index, context)
  const entryCeilings = new Map(
    main.includes.map((entry) => [
      entry.index,
      ceilingOf(main, ['include', entry.index, 'ceiling'], entry.document.ceiling, index, context),
    ]),
  )
  const untaken = takenIds(context)
  const grants: Grant[] = []
  function* add(file: CheckedFile, ceilings: readonly Ceiling[]): Steps<void> {
    for (const entry of file.grants) {
      yield
      if (!untaken(entry.document.id, file.source, ['grants', entry.index, 'id'])) continue
      grants.push(compileGrant(entry, file.source, index, ceilings, context))
    }
    refuseUnknownProviders(file, index, context)
  }
  yield* add(main, own)
  for (const { file, entry } of included)
    yield* add(file, [
      ...own,
      ...(entryCeilings.get(entry) ?? []),
      ...ceilingOf(file, ['ceiling'], file.ceiling, index, context),
    ])
  const untakenDenial = takenIds(context)
  const denials: Denial[] = []
  for (const entry of main.denials) {
    yield
    if (!untakenDenial(entry.document.id, main.source, ['denials', entry.index, 'id'])) continue
    denials.push(compileDenial(entry, main.source, index, context))
  }
  refuseImpossibleTests([main, ...included.map(({ file }) => file)], grants, context)
  return { digest, providersByIssuer, grantsByMember: byMember(grants), denials }
}

function ceilingOf(
  file: CheckedFile,
  path: readonly PropertyKey[],
  document: CheckedFile['ceiling'],
  index: ProviderIndex,
  context: CompileContext,
): readonly Ceiling[] {
  const ceiling = compileCeiling(document, file.source, path, index, context)
  return ceiling === undefined ? [] : [ceiling]
}

/** By issuer; no id twice, and no audience twice under one issuer: a token must have one reader. */
function* compileProviders(
  main: CheckedFile,
  context: CompileContext,
): Steps<ReadonlyMap<string, readonly Provider[]>> {
  const untaken = takenIds(context)
  const byIssuer = new Map<string, Provider[]>()
  const readers = new Map<string, string>()
  const vouchers = new Map<string, string>()
  for (const entry of main.providers) {
    yield
    const path = ['providers', entry.index]
    const free = untaken(entry.document.id, main.source, [...path, 'id'])
    const provider = compileProvider(entry, main.source, context)
    if (!free || provider === undefined) continue
    for (const audience of provider.audiences) {
      const key = `${provider.issuer} ${audience}`
      const reader = readers.get(key)
      if (reader === undefined) readers.set(key, provider.id)
      else {
        const message = `provider ${reader} has this issuer and the audience ${audience} too`
        complainAt(context, main.source, [...path, 'audiences'], message)
      }
    }
    if (provider.exchange === 'assertion' && provider.resourceName !== undefined) {
      const other = vouchers.get(provider.resourceName)
      vouchers.set(provider.resourceName, provider.id)
      if (other !== undefined) {
        // Google would see one subject for the same name at two issuers.
        const message = `provider ${other} vouches at this workloadIdentityProvider too`
        complainAt(context, main.source, [...path, 'workloadIdentityProvider'], message)
      }
    }
    push(byIssuer, provider.issuer, provider)
  }
  return byIssuer
}

function refuseUnknownProviders(
  file: CheckedFile,
  { mapped, declared }: ProviderIndex,
  context: CompileContext,
): void {
  for (const { index, document } of file.tests) {
    const { provider } = document
    if (provider === undefined || mapped.has(provider) || declared.has(provider)) continue
    const path = ['tests', index, 'provider']
    complainAt(context, file.source, path, `there is no provider ${JSON.stringify(provider)}`)
  }
}

/** Where anything else is wrong a grant may be missing for that, and the test's author made no slip. */
function refuseImpossibleTests(
  files: readonly CheckedFile[],
  grants: readonly Grant[],
  context: CompileContext,
): void {
  if (context.problems.length > 0) return
  const impossible = impossibleAmong(grants)
  for (const { source, tests } of files)
    for (const { index, document } of tests) {
      if (enough(context.problems)) return
      const fault = impossible(document.expect)
      if (fault === undefined) continue
      complainAt(context, source, ['tests', index, 'expect', 'granted', fault.key], fault.message)
    }
}

function byMember(grants: readonly Grant[]): ReadonlyMap<string, readonly Grant[]> {
  const index = new Map<string, Grant[]>()
  for (const grant of grants) for (const member of grant.members) push(index, member, grant)
  return index
}

function push<Value>(index: Map<string, Value[]>, key: string, value: Value): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [value])
  else known.push(value)
}
