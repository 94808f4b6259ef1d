import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { endAfterUnread } from '../http/linger.ts'
import { markup, type Html } from './html.ts'
import { PAGE_HEADERS } from './page-headers.ts'

type Headers = Readonly<Record<string, string>>

/** Answers with a page; to HEAD with its headers alone. */
export function sendPage(
  response: ServerResponse,
  status: number,
  page: Html,
  headers: Headers = {},
): void {
  sendText(response, status, markup(page), headers)
}

/** Answers with text under a page's headers; `headers` must name its type unless it is a page. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Headers,
): void {
  if (response.headersSent || response.destroyed) return
  const unread = !response.req.complete
  response.writeHead(status, {
    ...PAGE_HEADERS,
    'content-length': String(Buffer.byteLength(text)),
    ...(unread && { connection: 'close' }),
    ...headers,
  })
  if (unread) {
    response.write(text)
    endAfterUnread(response)
  } else response.end(text)
}

/** Sends the browser on with a GET (RFC 9110 section 15.4.4). */
export function sendOn(response: ServerResponse, path: string, headers: Headers = {}): void {
  sendText(response, 303, '', { location: path, ...headers })
}

/**
 * Answers with a file made of `chunks` as they come, no faster than the caller reads. Where making
 * them fails in the middle, the connection breaks, so that a part is never taken for the whole.
 */
export async function sendFile(
  response: ServerResponse,
  chunks: AsyncIterable<string>,
  headers: { readonly 'content-type': string; readonly 'content-disposition': string },
): Promise<void> {
  response.writeHead(200, { ...PAGE_HEADERS, ...headers })
  if (response.req.method === 'HEAD') response.end()
  else await pipeline(Readable.from(chunks), response)
}
