import type { TestCaseDocument } from '../../policy/document/test-case.ts'
import type { Decision, Minted } from '../decision.ts'

/** A decision in a few words, for one line. */
export function wordDecision(decision: Decision): string {
  if ('granted' in decision) {
    const { grant, serviceAccount } = decision.granted
    return `granted ${serviceAccount} by ${grant}, ${wordMinted(decision.granted)}`
  }
  const { reason, detail } = decision.refused
  return `refused ${reason}${detail === undefined ? '' : ` (${detail})`}`
}

/** What is minted in a few words. */
export function wordMinted(minted: Minted): string {
  if (minted.kind === 'id_token')
    return `an ID token for ${minted.audience}${minted.includeEmail ? ' with e-mail' : ''}`
  return `an access token of ${minted.lifetime} s for ${minted.scopes.join(' ')}`
}

/** What a test expects in the same words. */
export function wordExpectation({ granted, refused }: TestCaseDocument['expect']): string {
  if (granted === undefined) return `refused ${refused ?? ''}`
  const { serviceAccount, grant, scopes, lifetime, audience } = granted
  return [
    `granted ${serviceAccount}${grant === undefined ? '' : ` by ${grant}`}`,
    ...(audience === undefined ? [] : [`an ID token for ${audience}`]),
    ...(lifetime === undefined ? [] : [`an access token of ${lifetime} s`]),
    ...(scopes === undefined ? [] : [`scopes ${scopes.join(' ')}`]),
  ].join(', ')
}
