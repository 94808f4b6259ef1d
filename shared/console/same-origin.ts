import type { IncomingHttpHeaders } from 'node:http'
import { Refusal } from '../domain/refusal.ts'

/**
 * Refuses a POST that another site's page made a browser send: every browser names the page's origin.
 * Programs name none; they must bring their credential themselves, in `Authorization`, because a
 * cookie or a proxy's header would be a browser's. Throws `Refusal` `request`.
 */
export function refuseCrossSite(
  headers: IncomingHttpHeaders,
  allowedOrigins: readonly string[],
): void {
  const { origin, authorization } = headers
  const site = headers['sec-fetch-site']
  if (origin !== undefined && !allowedOrigins.includes(origin)) {
    throw new Refusal('request', { detail: 'a form of another origin' })
  }
  if (site === 'cross-site') throw new Refusal('request', { detail: 'a form of another site' })
  if (origin === undefined && site !== 'same-origin' && authorization === undefined) {
    throw new Refusal('request', { detail: 'a POST that names no origin' })
  }
}
