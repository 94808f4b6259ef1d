import { Secret } from '../domain/secret.ts'
import type { SecurityTokenService } from '../domain/world.ts'
import { acceptedObject, badAnswer, isToken, type Api } from './answers.ts'
import type { Call } from './call.ts'
import type { RequestHeaders } from './request-headers.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'

/** Seconds: the longest life of a Google access token. */
const LONGEST_LIFE = 43_200

const API: Api = { name: 'sts', denials: new Set([400, 401, 403]) }

const GRANT = form({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  requested_token_type: ACCESS_TOKEN,
})
const EXCHANGE = `${GRANT}&${form({ scope: CLOUD_PLATFORM, subject_token_type: JWT })}`
const DOWNSCOPE = `${GRANT}&${form({ subject_token_type: ACCESS_TOKEN })}`

/**
 * Google's Security Token Service (`POST /v1/token`, RFC 8693; Google's REST reference "sts v1").
 * Both methods throw `Refusal`: `upstream_denied`, `quota`, `upstream`, `upstream_bad`, `aborted`.
 * `call` reaches the API at `basePath`.
 */
export function createSts(
  call: Call,
  basePath: string,
  headers: RequestHeaders,
): SecurityTokenService {
  const path = `${basePath}/v1/token`

  return {
    async exchange(audience, subjectToken, context) {
      const token = subjectToken.reveal()
      const body = `${EXCHANGE}&${form({ audience, subject_token: token })}`
      const answer = await call({ path, headers: formHeaders(context.requestId), body }, context)
      const answered = acceptedObject(API, answer, [token])
      if (!isLife(answered['expires_in'])) throw badAnswer(API, 'unusable expires_in')
      return new Secret('federated token', accessToken(answered))
    },

    async downscope(broad, accessBoundary, context) {
      const token = broad.reveal()
      const options = JSON.stringify({ accessBoundary })
      const body = `${DOWNSCOPE}&${form({ options, subject_token: token })}`
      const answer = await call({ path, headers: formHeaders(context.requestId), body }, context)
      const answered = acceptedObject(API, answer, [token])
      const { expires_in: life } = answered
      if (life !== undefined && !isLife(life)) throw badAnswer(API, 'unusable expires_in')
      return new Secret('account token', accessToken(answered))
    },
  }

  function formHeaders(requestId: string): string[] {
    return headers(requestId, 'application/x-www-form-urlencoded')
  }
}

/** The token of an answer (RFC 8693 section 2.2.1). Throws `Refusal` `upstream_bad`. */
function accessToken(answered: Readonly<Record<string, unknown>>): string {
  const { access_token: token, token_type: type, issued_token_type: issued } = answered
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw badAnswer(API, 'token_type is not Bearer')
  }
  if (issued !== ACCESS_TOKEN) throw badAnswer(API, 'issued_token_type is not an access token')
  if (!isToken(token)) throw badAnswer(API, 'unusable access_token')
  return token
}

function isLife(seconds: unknown): boolean {
  return typeof seconds === 'number' && seconds > 0 && seconds <= LONGEST_LIFE
}

function form(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
}
