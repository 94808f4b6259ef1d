import { json, type Reply } from '../../loopback/route.ts'

/**
 * What Google's STS says when it refuses, word for word (troubleshooting page of workload identity
 * federation). Sentences marked `own` have no known wording and are ours.
 */
export const STS_ERRORS = {
  audience_form: [
    'invalid_request',
    'Invalid value for "audience". This value should be the full resource name of the Identity Provider. See https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for the list of possible formats.',
  ],
  target: [
    'invalid_target',
    'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
  ],
  scope: ['invalid_request', 'Scope(s) must be provided.'],
  requested_token_type: ['invalid_request', 'Invalid value of requested_token_type in request.'],
  subject_size: [
    'invalid_request',
    'The size of mapped attribute google.subject exceeds the 127 bytes limit. Either modify your attribute mapping or the incoming assertion to produce a mapped attribute that is less than 127 bytes.',
  ],
  connecting: ['invalid_grant', "Error connecting to the given credential's issuer."],
  signature: ['invalid_grant', 'Unable to verify the ID Token signature.'],
  parse: ['invalid_grant', 'Unable to parse the ID Token.'],
  condition: [
    'unauthorized_client',
    'The given credential is rejected by the attribute condition.',
  ],
  no_subject: [
    'unauthorized_client',
    'Could not obtain a value for google.subject from the given credential.',
  ],
  subject_type: [
    'unauthorized_client',
    "The mapped attribute 'google.subject' must be of type STRING.",
  ],
  quota: [
    'quota_exceeded',
    'The request was throttled due to rate limit: sts.googleapis.com/requests. Please retry after a few seconds.',
  ],
  /** own */
  grant_type: ['unsupported_grant_type', 'Invalid value for "grant_type".'],
  /** own */
  subject_token_type: ['invalid_request', 'Invalid value for "subject_token_type".'],
  /** own */
  subject_token: ['invalid_request', 'Invalid value for "subject_token".'],
  /** own */
  options: ['invalid_request', 'Invalid value for "options".'],
  /** own */
  body: ['invalid_request', 'The request body cannot be parsed.'],
  /** own */
  groups_type: [
    'unauthorized_client',
    "The mapped attribute 'google.groups' must be of type STRING_LIST.",
  ],
  /** own */
  attribute_size: [
    'invalid_request',
    'The size of all mapped attributes exceeds the 8192 bytes limit.',
  ],
} as const satisfies Record<string, readonly [error: string, description: string]>

/** A refusal of the STS. */
export class StsError extends Error {
  override readonly name = 'StsError'
  readonly error: string
  readonly description: string

  constructor(error: string, description: string) {
    super(description)
    this.error = error
    this.description = description
  }
}

/** The refusal of this row. */
export function refused(row: keyof typeof STS_ERRORS): StsError {
  const [error, description] = STS_ERRORS[row]
  return new StsError(error, description)
}

/** The flat envelope of a refusal: HTTP 400, or 429 for quota. */
export function stsErrorReply({ error, description }: StsError): Reply {
  const status = error === 'quota_exceeded' ? 429 : 400
  return json(status, { error, error_description: description })
}
