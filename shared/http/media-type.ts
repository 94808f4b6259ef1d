import type { IncomingMessage } from 'node:http'
import { Refusal } from '../domain/refusal.ts'

/** How a body may be written. */
export type MediaType = 'form' | 'json'

const ESSENCES: Readonly<Record<string, MediaType>> = {
  'application/x-www-form-urlencoded': 'form',
  'application/json': 'json',
}

/** Type and, optionally, the one charset that there is, quoted or not (RFC 9110 section 8.3). */
const CONTENT_TYPE = /^\s*([^\s;]+)\s*(?:;\s*charset=(?:utf-8|"utf-8")\s*)?;?\s*$/i

/**
 * The media type of a body. Throws `Refusal` `media_type` for anything but `allowed`, and
 * `encoding` for a body that would have to be inflated: 481 bytes can become 315 megabytes.
 */
export function mediaTypeOf(
  { headers }: Pick<IncomingMessage, 'headers'>,
  allowed: readonly MediaType[],
): MediaType {
  const coding = headers['content-encoding']?.trim().toLowerCase()
  if (coding !== undefined && coding !== 'identity') throw new Refusal('encoding')
  const transfer = headers['transfer-encoding']?.trim().toLowerCase()
  if (transfer !== undefined && transfer !== 'chunked') throw new Refusal('encoding')
  const [, essence = ''] = CONTENT_TYPE.exec(headers['content-type'] ?? '') ?? []
  const type = Object.hasOwn(ESSENCES, essence.toLowerCase())
    ? ESSENCES[essence.toLowerCase()]
    : undefined
  if (type === undefined || !allowed.includes(type)) throw new Refusal('media_type')
  return type
}
