import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import type { Fault } from './faults.ts'
import type { Reply } from './route.ts'

const CHUNK = Buffer.alloc(65_536, ' ')

/** Sends an answer whole. */
export function send(response: ServerResponse, reply: Reply): void {
  const body = bytesOf(reply)
  response.writeHead(reply.status, { ...headersOf(reply), 'content-length': body.length })
  response.end(body)
}

/** Sends an answer the way the fault breaks it; ends when the caller hangs up, if not before. */
export async function sendBroken(
  response: ServerResponse,
  reply: Reply,
  fault: Fault,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    await broken(response, reply, fault, gone.signal)
  } catch (error) {
    if (!gone.signal.aborted) throw error
  }
}

async function broken(
  response: ServerResponse,
  reply: Reply,
  fault: Fault,
  gone: AbortSignal,
): Promise<void> {
  switch (fault.kind) {
    case 'hang':
      return
    case 'slow':
      await wait(fault.seconds * 1000, undefined, { signal: gone })
      send(response, reply)
      return
    case 'trickle':
      response.writeHead(reply.status, headersOf(reply))
      for (const byte of bytesOf(reply)) {
        response.write(Buffer.of(byte))
        await wait(fault.secondsPerByte * 1000, undefined, { signal: gone })
      }
      response.end()
      return
    case 'reset': {
      const body = bytesOf(reply)
      response.writeHead(reply.status, { ...headersOf(reply), 'content-length': body.length })
      response.write(body.subarray(0, body.length / 2), () => response.destroy())
      return
    }
    case 'truncated': {
      const body = bytesOf(reply)
      response.writeHead(reply.status, headersOf(reply))
      response.end(body.subarray(0, body.length / 2))
      return
    }
    case 'endless':
      response.writeHead(200, { 'content-type': 'application/json' })
      while (!gone.aborted) {
        if (!response.write(CHUNK)) await once(response, 'drain', { signal: gone })
      }
      return
    case 'gzip-bomb': {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      const bomb = createGzip({ level: 9 })
      bomb.pipe(response)
      for (let sent = 0; sent < fault.bytes && !gone.aborted; sent += CHUNK.length) {
        if (!bomb.write(CHUNK)) await once(bomb, 'drain', { signal: gone })
      }
      bomb.end()
      return
    }
    default:
      send(response, reply)
  }
}

function headersOf(reply: Reply): Record<string, string> {
  return {
    'content-type':
      typeof reply.body === 'string'
        ? 'text/plain; charset=utf-8'
        : 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...reply.headers,
  }
}

function bytesOf(reply: Reply): Buffer {
  if (reply.body === undefined) return Buffer.alloc(0)
  return Buffer.from(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
}
