import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from '../domain/refusal.ts'
import { Secret } from '../domain/secret.ts'
import type { TokenRequest } from '../domain/token-request.ts'
import { readBody } from './body.ts'
import { mediaTypeOf, type MediaType } from './media-type.ts'
import { readParameters, type Parameters } from './parameters.ts'
import { targetOf } from './target.ts'
import {
  GRANT_TYPE,
  REFUSED_PARAMETERS,
  TOKEN_SPELLINGS,
  TokenParameters,
} from './token-parameters.ts'
import { wishOf } from './wish.ts'

/**
 * Reads and checks the token request that `response` answers (RFC 8693 section 2.1, by form or by
 * JSON). To be called after the limits: nothing of the body is read before. Throws `Refusal`:
 * `request`, `grant_type`, `encoding`, `media_type`, `size`, `timeout`, `aborted`.
 */
export async function acceptTokenRequest(response: ServerResponse): Promise<TokenRequest> {
  refuseQuery(response.req)
  const type = mediaTypeOf(response.req, ['form', 'json'])
  return acceptToken(await readBody(response), type)
}

/** The token request in a body. Throws `Refusal`: `request`, `grant_type`. */
export function acceptToken(body: Buffer, type: MediaType): TokenRequest {
  const given = readParameters(body, type, TOKEN_SPELLINGS)
  const refused = REFUSED_PARAMETERS.find((name) => given[name] !== undefined)
  if (refused !== undefined) throw new Refusal('request', { detail: `${refused} is not supported` })
  if (given['grant_type'] !== undefined && given['grant_type'] !== GRANT_TYPE) {
    throw new Refusal('grant_type')
  }
  const parameters = checked(given)
  return {
    subjectToken: new Secret('subject token', parameters.subject_token),
    target: targetOf(parameters.audience),
    wish: wishOf(parameters),
  }
}

/** Refuses any query on a POST: tokens are put there by mistake, and addresses end up in logs. */
export function refuseQuery({ url }: Pick<IncomingMessage, 'url'>): void {
  if (url?.includes('?') === true) throw new Refusal('request', { detail: 'a query string' })
}

/** The message of zod's error quotes values: only the name of the parameter goes on. */
function checked(given: Parameters): TokenParameters {
  const parsed = TokenParameters.safeParse(given)
  if (parsed.success) return parsed.data
  const name = String(parsed.error.issues[0]?.path[0])
  const what = given[name] === undefined ? 'is missing' : 'is malformed'
  throw new Refusal('request', { detail: `${name} ${what}` })
}
