import Pool from 'undici/lib/dispatcher/pool.js'
import type { Dispatcher } from 'undici'

/** Requests in flight to one API, at most; each has a connection of its own. */
const CONNECTIONS = 256

/** Milliseconds that an idle connection is kept; a server that announces less is believed. */
const KEEP_ALIVE = 90_000
const KEEP_ALIVE_ANNOUNCED = 600_000

/** Milliseconds for the connection and the TLS handshake: no try lasts longer. */
const CONNECT = 2_500

/**
 * Keep-alive connections to one origin: HTTP/1.1 without pipelining, because undici neither
 * pipelines nor multiplexes POSTs. undici's own time-outs are off: each try has one timer for all
 * of it, which a slow trickle cannot push back. `ca`: PEM of an authority to trust instead of the
 * well-known ones.
 */
export function openPool(origin: string, ca?: string): Dispatcher {
  return new Pool(origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: KEEP_ALIVE_ANNOUNCED,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: CONNECT,
    // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
    connect: { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
  })
}
