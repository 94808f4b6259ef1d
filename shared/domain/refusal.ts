/** One constant sentence for each OAuth error: constant sentences cannot leak policy or claims. */
const SENTENCES = {
  invalid_request: 'The request is malformed or asks for something that is not supported.',
  unsupported_grant_type: 'The grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.',
  invalid_grant: 'The subject token was not accepted.',
  unauthorized_client: 'The identity of the subject token is not allowed to obtain this token.',
  invalid_target: 'No service account, or no single one, answers to this request.',
  invalid_scope: 'A requested scope exceeds what may be granted.',
  invalid_token: 'A Google-signed ID token for this address is required.',
  access_denied: 'This identity may not use this page.',
  slow_down: 'Too many requests. Try again later.',
  temporarily_unavailable:
    'A service that is needed for the answer is unavailable. Try again later.',
  server_error: 'The request failed by a fault of this service.',
} as const

/** An error code of RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750, RFC 8693 or RFC 8628. */
export type OAuthError = keyof typeof SENTENCES

/** Every "no": the stable reason of the audit record, the HTTP status and the OAuth error. */
const REASONS = {
  request: [400, 'invalid_request'],
  grant_type: [400, 'unsupported_grant_type'],
  method: [405, 'invalid_request'],
  timeout: [408, 'invalid_request'],
  size: [413, 'invalid_request'],
  media_type: [415, 'invalid_request'],
  encoding: [415, 'invalid_request'],
  header_size: [431, 'invalid_request'],

  format: [400, 'invalid_grant'],
  header: [400, 'invalid_grant'],
  header_key: [400, 'invalid_grant'],
  crit: [400, 'invalid_grant'],
  alg: [400, 'invalid_grant'],
  kid: [400, 'invalid_grant'],
  kid_ambiguous: [400, 'invalid_grant'],
  key_rejected: [400, 'invalid_grant'],
  signature: [400, 'invalid_grant'],
  json_duplicate: [400, 'invalid_grant'],
  claims: [400, 'invalid_grant'],
  claims_depth: [400, 'invalid_grant'],
  claims_size: [400, 'invalid_grant'],
  issuer: [400, 'invalid_grant'],
  audience: [400, 'invalid_grant'],
  time: [400, 'invalid_grant'],
  replay: [400, 'invalid_grant'],

  mapping: [400, 'unauthorized_client'],
  condition: [400, 'unauthorized_client'],
  condition_error: [400, 'unauthorized_client'],
  denied: [400, 'unauthorized_client'],
  upstream_denied: [400, 'unauthorized_client'],

  no_grant: [400, 'invalid_target'],
  ambiguous_grant: [400, 'invalid_target'],
  scope: [400, 'invalid_scope'],

  unauthenticated: [401, 'invalid_token'],
  not_operator: [403, 'access_denied'],

  rate_limited: [429, 'slow_down'],

  provider_unavailable: [503, 'temporarily_unavailable'],
  upstream: [503, 'temporarily_unavailable'],
  upstream_bad: [503, 'temporarily_unavailable'],
  quota: [503, 'temporarily_unavailable'],
  audit_unavailable: [503, 'temporarily_unavailable'],
  state_unavailable: [503, 'temporarily_unavailable'],
  policy_stale: [503, 'temporarily_unavailable'],
  overloaded: [503, 'temporarily_unavailable'],
  shutting_down: [503, 'temporarily_unavailable'],

  aborted: [400, 'invalid_request'],
  fault: [500, 'server_error'],
} as const satisfies Record<string, readonly [number, OAuthError]>

/** The stable reason of a refusal, as audit records spell it. */
export type Reason = keyof typeof REASONS

/** Every reason there is, for tables in tests, in the schema of records and in the documents. */
export const ALL_REASONS = Object.keys(REASONS) as readonly Reason[]

/** What the record may hold beyond the reason; none of it ever reaches the caller. */
export interface RefusalOptions {
  /** One line for the audit record: what was wrong. Never a token. */
  readonly detail?: string
  /** The error underneath, for the record. */
  readonly cause?: unknown
  /** Seconds after which a new try makes sense: the `Retry-After` header. */
  readonly retryAfter?: number
  /** Of a `request` for a path that does not exist: the one reason with a second status. */
  readonly status?: 404
  /** The methods that the path answers to: the `Allow` header of a 405. */
  readonly allow?: string
}

/**
 * A "no". The wire gets `status`, `error` and `sentence`; the audit record gets `reason`, `detail`
 * and `cause` (RFC 6749 section 5.2, RFC 8693 section 2.2.2).
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: Reason
  readonly status: number
  readonly error: OAuthError
  readonly sentence: string
  readonly detail: string | undefined
  readonly retryAfter: number | undefined
  readonly allow: string | undefined

  constructor(reason: Reason, options: RefusalOptions = {}) {
    const [status, error] = REASONS[reason]
    super(
      options.detail === undefined ? reason : `${reason}: ${options.detail}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.reason = reason
    this.status = options.status ?? status
    this.error = error
    this.sentence = SENTENCES[error]
    this.detail = options.detail
    this.retryAfter = options.retryAfter ?? (status === 503 ? DEFAULT_RETRY_AFTER : undefined)
    this.allow = options.allow
  }
}

/** Seconds in the `Retry-After` of a 503 whose cause named no time of its own. */
const DEFAULT_RETRY_AFTER = 5

/** The refusal that an error is; anything that is not a refusal is a fault of ours. */
export function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal('fault', { cause: error })
}
