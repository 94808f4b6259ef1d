import { z } from 'zod'

/** The id of a provider, as members spell it before their colon. */
export const ProviderId = z.string().regex(/^[a-z][a-z0-9-]{3,31}$/, {
  error: 'must be 4 to 32 lower-case letters, digits and hyphens, a letter first',
})

/** The id of a grant or a denial, as records and callers name it. */
export const RuleId = z.string().regex(/^[a-z][a-z0-9-]{2,62}$/, {
  error: 'must be 3 to 63 lower-case letters, digits and hyphens, a letter first',
})

const ACCOUNT_NAME = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const PROJECT = '[a-z][a-z0-9-]{0,61}[a-z0-9](?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*'
const SERVICE_ACCOUNT = [
  `${ACCOUNT_NAME}@${PROJECT}\\.iam\\.gserviceaccount\\.com`,
  '[1-9][0-9]{0,18}-compute@developer\\.gserviceaccount\\.com',
  '[1-9][0-9]{0,18}@cloudbuild\\.gserviceaccount\\.com',
  `${PROJECT}@appspot\\.gserviceaccount\\.com`,
].join('|')

/** The e-mail of a service account: created by somebody, Compute Engine's, App Engine's. */
export const ServiceAccountEmail = z.string().regex(new RegExp(`^(?:${SERVICE_ACCOUNT})$`), {
  error:
    'must be the e-mail of a service account in lower case, as in NAME@PROJECT.iam.gserviceaccount.com',
})

/** An e-mail, or all accounts that were created in a project: `*@PROJECT.iam.gserviceaccount.com`. */
export const ServiceAccountPattern = z
  .string()
  .regex(new RegExp(`^(?:\\*@${PROJECT}\\.iam\\.gserviceaccount\\.com|${SERVICE_ACCOUNT})$`), {
    error: 'must be e-mails of service accounts, or *@PROJECT.iam.gserviceaccount.com',
  })

/** An OAuth 2.0 scope (RFC 6749 section 3.3) that Google knows. */
export const Scope = z
  .string()
  .regex(/^(?:openid|email|profile|https:\/\/[a-z0-9][a-z0-9.-]*\/[!#-[\]-~]*)$/, {
    error: 'must be absolute https URLs such as https://www.googleapis.com/auth/cloud-platform',
  })

/** The `aud` of an ID token: an absolute URI without a fragment (RFC 8693 section 2.1). */
export const AbsoluteUri = z
  .string()
  .max(2048, { error: 'must be at most 2048 characters' })
  .regex(/^[a-z][a-z0-9+.-]*:[!$-;=?-Z_a-z~[\]@%]+$/, {
    error: 'must be absolute URIs such as https://app.example.com, without a fragment',
  })

/** A CEL condition. */
export const Condition = z
  .string({ error: isMissing("must be a CEL expression, as in assertion.sub == 'job-1'") })
  .min(1, { error: 'must be a CEL expression' })
  .max(4096, { error: 'must be at most 4096 characters' })

/** Whole seconds from 1 to `most`. */
export function seconds(most: number) {
  const error = `must be a whole number of seconds from 1 to ${most}`
  return z
    .int({ error: isMissing(error) })
    .min(1, { error })
    .max(most, { error })
}

/** Keeps the word for a missing key; every other failure gets `error`. */
function isMissing(error: string) {
  return (issue: { readonly input?: unknown }) => (issue.input === undefined ? undefined : error)
}
