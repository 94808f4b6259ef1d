import type { IncomingMessage } from 'node:http'
import { isIP, isIPv6 } from 'node:net'
import { ipKeyGenerator } from 'express-rate-limit'

/** An IPv4 address in IPv6 notation, as dual-stack sockets report it. */
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i

/** `192.0.2.1:4711` or `[2001:db8::1]:4711`: some proxies add the port. */
const WITH_PORT = /^(?:\[([^\]]+)\]|(\d{1,3}(?:\.\d{1,3}){3})):\d{1,5}$/

/**
 * The caller's address. Of `X-Forwarded-For` only the right-most `trustedHops` entries were written
 * by our own proxies; everything further left is the caller's word. Fewer entries than hops, or an
 * entry that is no address: the socket's own address.
 */
export function clientAddress(request: IncomingMessage, trustedHops: number): string {
  const socket = unmapped(request.socket.remoteAddress ?? '0.0.0.0')
  const header = request.headers['x-forwarded-for']
  if (trustedHops === 0 || typeof header !== 'string') return socket
  const entry = fromTheRight(header, trustedHops)
  if (entry === undefined) return socket
  const [, v6, v4] = WITH_PORT.exec(entry) ?? []
  const address = v6 ?? v4 ?? entry
  return isIP(address) === 0 ? socket : unmapped(address)
}

/** The n-th entry from the right, n from 1; the rest of the header is not even split. */
function fromTheRight(header: string, n: number): string | undefined {
  let end = header.length
  for (let hop = 1; hop < n; hop += 1) {
    const comma = header.lastIndexOf(',', end - 1)
    if (comma === -1 || end === 0) return undefined
    end = comma
  }
  return header.slice(end === 0 ? 0 : header.lastIndexOf(',', end - 1) + 1, end).trim()
}

/**
 * What a limit counts by: an IPv4 address, or the /64 network of an IPv6 address, since one
 * customer holds at least that many.
 */
export function addressKey(address: string): string {
  return isIPv6(address) ? ipKeyGenerator(address, 64) : address
}

function unmapped(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address
}
