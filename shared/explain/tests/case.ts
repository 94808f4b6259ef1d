import type { Claims } from '../../domain/claims.ts'
import type { Provider } from '../../domain/provider.ts'
import type { CheckedFile, Entry } from '../../policy/document/check.ts'
import type { TestCaseDocument } from '../../policy/document/test-case.ts'
import type { LoadedPolicy } from '../../policy/load.ts'
import { PRESETS } from '../../policy/presets/expand.ts'
import { providerById, type UnsignedClaims } from '../examine-claims.ts'

/** One test of a policy, and where it stands. */
export interface TestCase {
  readonly file: CheckedFile
  readonly entry: Entry<TestCaseDocument>
}

/** The tests of a policy in the order of its files. */
export function testsOf({ files }: LoadedPolicy): readonly TestCase[] {
  return files.flatMap((file) => file.tests.map((entry) => ({ file, entry })))
}

/**
 * Whose claims a test is about: those of the preset's typical token with the test's own over them,
 * where null removes one. Undefined where no single provider is meant.
 */
export function callerOf(
  { entry: { document } }: TestCase,
  loaded: LoadedPolicy,
): UnsignedClaims | undefined {
  const provider = providerOf(document, loaded)
  if (provider === undefined) return undefined
  const preset = document.preset && PRESETS[document.preset].claims
  // The test's own provider may live elsewhere than the typical token.
  const typical = Object.entries(preset ?? {}).filter(([name]) => name !== 'iss')
  const own = Object.entries(document.claims as Claims)
  const claims = new Map([...typical, ...own].filter(([, value]) => value !== undefined))
  for (const [name, value] of own) if (value === null) claims.delete(name)
  return { claims: Object.fromEntries(claims), provider }
}

/** By id; else the only provider of that preset; else the only one of its issuer. */
function providerOf(
  { provider: id, preset }: TestCaseDocument,
  { policy, files }: LoadedPolicy,
): Provider | undefined {
  if (id !== undefined) return providerById(policy, id)
  const documents = files.flatMap(({ providers }) => providers.map(({ document }) => document))
  const named = documents.filter((document) => document.preset === preset)
  const issuer = preset && PRESETS[preset].issuer
  const meant = named.length > 0 ? named : documents.filter((one) => one.issuer === issuer)
  const [only] = meant
  return only === undefined || meant.length > 1 ? undefined : providerById(policy, only.id)
}
