import type { TokenRequest } from '../domain/token-request.ts'
import { acceptToken } from './accept.ts'
import { GRANT_TYPE } from './token-parameters.ts'

/** A token request as people write it down: in a policy's tests, on a command line. */
export interface WrittenRequest {
  readonly audience?: string | undefined
  readonly scope?: string | readonly string[] | undefined
  readonly resource?: string | undefined
  /** Seconds. */
  readonly lifetime?: number | string | undefined
  readonly requestedTokenType?: 'access_token' | 'id_token' | undefined
}

const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:'

/**
 * The request that a caller would make of this, read by the endpoint's own reader; `subjectToken` is
 * a stand-in where there is none. Throws `Refusal` `request` as the endpoint does.
 */
export function rehearsedRequest(written: WrittenRequest, subjectToken = 'none'): TokenRequest {
  const { audience, scope, resource, lifetime, requestedTokenType = 'access_token' } = written
  const parameters = {
    grant_type: GRANT_TYPE,
    subject_token: subjectToken,
    subject_token_type: `${TOKEN_TYPE}jwt`,
    requested_token_type: `${TOKEN_TYPE}${requestedTokenType}`,
    audience,
    scope: typeof scope === 'object' ? scope.join(' ') : scope,
    resource,
    lifetime: lifetime === undefined ? undefined : String(lifetime),
  }
  return acceptToken(Buffer.from(JSON.stringify(parameters)), 'json')
}
