import type { IncomingMessage } from 'node:http'
import { Refusal } from '../domain/refusal.ts'

/** How a body may be written. */
export type MediaType = 'form' | 'json'

const ESSENCES: Readonly<Record<string, MediaType>> = {
  'application/x-www-form-urlencoded': 'form',
  'application/json': 'json',
}

/** The one charset that there is, quoted or not (RFC 9110 section 8.3). */
const CHARSET = /^charset=(?:utf-8|"utf-8")$/i

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
  const type = typeOf(headers['content-type'] ?? '')
  if (type === undefined || !allowed.includes(type)) throw new Refusal('media_type')
  return type
}

/** Split at semicolons instead of matched: a header of 16 KiB must not cost more than its length. */
function typeOf(header: string): MediaType | undefined {
  const [essence = '', charset = '', ...more] = header.split(';', 4).map((part) => part.trim())
  const parameters = [charset, ...more].filter((part) => part !== '')
  if (parameters.length > 1 || parameters.some((part) => !CHARSET.test(part))) return undefined
  const name = essence.toLowerCase()
  return Object.hasOwn(ESSENCES, name) ? ESSENCES[name] : undefined
}
