import type { Grant } from '../domain/grant.ts'
import { didYouMean } from './closest.ts'
import type { TestCaseDocument } from './document/test-case.ts'

/** What no policy with these grants can answer, and below which key of `expect.granted` it stands. */
export interface ImpossibleExpectation {
  readonly key: 'grant' | 'serviceAccount'
  readonly message: string
}

/** Finds a grant or an account that a test expects and the policy does not know: an author's slip. */
export function impossibleAmong(
  grants: Iterable<Pick<Grant, 'id' | 'serviceAccount'>>,
): (expect: TestCaseDocument['expect']) => ImpossibleExpectation | undefined {
  const ids = new Set<string>()
  const accounts = new Set<string>()
  for (const { id, serviceAccount } of grants) {
    ids.add(id)
    accounts.add(serviceAccount)
  }
  return ({ granted }) => {
    if (granted === undefined) return undefined
    const { grant, serviceAccount } = granted
    if (grant !== undefined && !ids.has(grant))
      return { key: 'grant', message: `there is no grant "${grant}"${didYouMean(grant, ids)}` }
    if (accounts.has(serviceAccount)) return undefined
    const hint = didYouMean(serviceAccount, accounts)
    return { key: 'serviceAccount', message: `no grant leads to "${serviceAccount}"${hint}` }
  }
}
