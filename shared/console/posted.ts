import type { ServerResponse } from 'node:http'
import { Refusal } from '../domain/refusal.ts'
import { Secret } from '../domain/secret.ts'
import { readBody } from '../http/body.ts'
import { mediaTypeOf, type MediaType } from '../http/media-type.ts'
import { readParameters, spellingsOf } from '../http/parameters.ts'

/**
 * A token that was posted under `name`: in a body, because addresses end up in logs. Throws
 * `Refusal`: `request`, `encoding`, `media_type`, `size`, `timeout`, `aborted`.
 */
export async function postedToken(
  response: ServerResponse,
  name: string,
  types: readonly MediaType[],
): Promise<Secret<'posted token'>> {
  const type = mediaTypeOf(response.req, types)
  const posted = readParameters(await readBody(response), type, spellingsOf([name]))
  const token = posted[name]?.trim()
  if (token === undefined || token === '') {
    throw new Refusal('request', { detail: `${name} is missing` })
  }
  return new Secret('posted token', token)
}
