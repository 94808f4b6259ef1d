import { knownIssuer } from '../../issuers.ts'
import type { ProviderRow } from '../subject.ts'

/**
 * What a claim's text is: a name that somebody else can take, a branch or tag that whoever may push
 * can choose, or an id, of which no part means anything.
 */
export type ClaimKind = 'name' | 'ref' | 'id'

const ID_LIKE = /(?:^|[^a-z])(?:u?u?id)$|^[ot]id$/
const REF_LIKE = /(?:^|[_-])(?:ref|branch|tag)$/

/** Of issuers that nothing is known of: claims that hold names by what they are called. */
const NAME_LIKE =
  /^(?:sub|email|upn|login|actor)$|name|path|slug|repo|org|owner|group|project|namespace|team/i

/** What a claim holds, as far as its issuer is known, else by what it is called. */
export function kindOfClaim(claim: string, { document }: ProviderRow): ClaimKind | undefined {
  const known = knownIssuer(document)
  if (known?.mutable.includes(claim) === true) return 'name'
  if (ID_LIKE.test(claim)) return 'id'
  if (REF_LIKE.test(claim)) return 'ref'
  return known === undefined && NAME_LIKE.test(claim) ? 'name' : undefined
}

/** Whether a claim's text is made of names between slashes: what stands before one is another name. */
export function holdsPath(claim: string): boolean {
  return /^sub$|repo|path|ref$|branch|tag$/.test(claim)
}
