import { knownIssuer } from '../../policy/issuers.ts'
import type { LoadedPolicy } from '../../policy/load.ts'
import { KNOWN_CLAIMS } from '../../policy/presets/known-claims.ts'
import { callerOf, type TestCase } from './case.ts'

/** A claim of a test in a type that the issuer never sends it in, for a test that failed. */
export function strangeClaim(test: TestCase, loaded: LoadedPolicy): string | undefined {
  const { preset, claims } = test.entry.document
  const provider = callerOf(test, loaded)?.provider
  const issuer = preset ?? (provider && knownIssuer({ issuer: provider.issuer })?.name)
  const known = issuer && KNOWN_CLAIMS[issuer]
  for (const [name, value] of Object.entries(claims)) {
    const wanted = known?.types.get(name)
    if (wanted !== 'string' || value === null || typeof value === 'string') continue
    const quotes = typeof value === 'number' ? `: put ${value} in quotes` : ''
    return `tokens of ${issuer} have ${name} as a string${quotes}`
  }
  return undefined
}
