import { Refusal } from '../domain/refusal.ts'
import type { Target } from '../domain/token-request.ts'

/** How Google's APIs name a service account in full. */
const ACCOUNT = '//iam.googleapis.com/projects/-/serviceAccounts/'

/** Service accounts only, in the one spelling that Google gives them: nothing is repaired. */
const EMAIL = /^[a-z0-9][a-z0-9.-]{0,127}@(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}gserviceaccount\.com$/

const PROVIDER =
  /^\/\/iam\.googleapis\.com\/projects\/[a-z0-9][a-z0-9:.-]{0,62}\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{1,63}\/providers\/[a-z0-9-]{1,63}$/

const GRANT_ID = /^[a-z][a-z0-9-]{0,62}$/

/**
 * Which service account `audience` names: by e-mail, by full resource name, by a grant's id, or by a
 * provider's resource name, which leaves the choice to the grants. Throws `Refusal` `request` for
 * anything else: a name that does not fit must not be mistaken for no name.
 */
export function targetOf(audience: string | undefined): Target {
  if (audience === undefined) return { kind: 'any' }
  const email = audience.startsWith(ACCOUNT) ? audience.slice(ACCOUNT.length) : audience
  if (EMAIL.test(email)) return { kind: 'email', email }
  if (PROVIDER.test(audience)) return { kind: 'provider', resourceName: audience }
  if (GRANT_ID.test(audience)) return { kind: 'grant', id: audience }
  throw new Refusal('request', { detail: 'audience names no account, provider or grant' })
}
