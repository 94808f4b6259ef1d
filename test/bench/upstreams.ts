import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What the upstreams are told at their start, by their environment, and what they tell then. */
export interface UpstreamPorts {
  readonly near: number
  readonly far: number
}

/** Milliseconds after which the far one answers. */
const FAR = 40

/*
 * Google's two APIs as far as their answers go, over TLS: one server answers at once, one after 40 ms.
 * Nothing is checked: what is measured is the caller.
 */
const tls = {
  key: readFileSync(process.env['KEY_FILE'] ?? ''),
  cert: readFileSync(process.env['CERT_FILE'] ?? ''),
}
const TOKEN = `ya29.${'d'.repeat(1019)}`
const FEDERATED = JSON.stringify({
  access_token: TOKEN,
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
  expires_in: 3599,
})
const JSON_HEADERS = { 'content-type': 'application/json; charset=UTF-8' }
let connections = 0

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  if (url === '/connections') response.end(String(connections))
  else if (url === '/v1/token') response.writeHead(200, JSON_HEADERS).end(FEDERATED)
  else response.writeHead(200, JSON_HEADERS).end(minted())
}

function minted(): string {
  const expireTime = new Date(Date.now() + 3_590_000).toISOString()
  return JSON.stringify({ accessToken: TOKEN, expireTime })
}

function start(delay: number): Promise<number> {
  const server = createServer({ ...tls, keepAliveTimeout: 600_000 }, (request, response) => {
    request.resume()
    request.once('end', () => {
      if (delay === 0) answer(request, response)
      else setTimeout(answer, delay, request, response)
    })
  })
  server.on('secureConnection', () => {
    connections += 1
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

const ports: UpstreamPorts = { near: await start(0), far: await start(FAR) }
process.send?.(ports)
process.on('disconnect', () => process.exit())
