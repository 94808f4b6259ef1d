import { connect, type Socket } from 'node:net'

/** Connections that send their request a byte at a time. */
export interface SlowSenders {
  /** How many the server has not ended. */
  readonly open: () => number
  readonly close: () => void
}

/** The part of a request that is sent at once; the rest never comes to its end. */
export type Stuck = 'in the header' | 'in the body'

/** Milliseconds between two bytes of one sender. */
const DRIP = 500

const HEAD = 'POST /v1/token HTTP/1.1\r\nHost: 127.0.0.1\r\n'
const BODY = `${HEAD}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nsubject_token=`

/**
 * Keeps so many connections open to a port of this machine, each sending a byte every half second:
 * one that the server ends is replaced, until `renew` says no.
 */
export function openSlowSenders(
  port: number,
  count: number,
  stuck: Stuck,
  renew: () => boolean,
): SlowSenders {
  const sockets = new Set<Socket>()
  const open = (): void => {
    const socket = connect(port, '127.0.0.1')
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => {
      sockets.delete(socket)
      if (renew()) open()
    })
    socket.resume()
    socket.write(stuck === 'in the header' ? HEAD : BODY)
  }
  for (let nth = 0; nth < count; nth += 1) open()
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('x')
  }, DRIP)
  return {
    open: () => sockets.size,
    close: () => {
      clearInterval(drip)
      for (const socket of sockets) socket.destroy()
    },
  }
}
