import type { RequestListener } from 'node:http'
import { serve } from '../loopback-server.ts'

/** What one issuer answers; left out: what is right. */
export interface Publication {
  readonly keys?: readonly object[]
  /** Put over the discovery document. */
  readonly discovery?: Readonly<Record<string, unknown>>
  /** Answers in place of the discovery document, or of the key set. */
  readonly answers?: {
    readonly discovery?: RequestListener
    readonly jwks?: RequestListener
  }
}

/** Any number of issuers on one port of 127.0.0.1, each under a path of its own. */
export interface Issuers {
  /** `http://127.0.0.1:PORT`; an issuer is this and `/NAME`. */
  readonly url: string
  readonly port: number
  /** Replaces what the issuer of that name answers. */
  readonly publish: (name: string, publication: Publication) => void
  /** Requests for the key set of that issuer so far. */
  readonly fetches: (name: string) => number
  readonly close: () => Promise<void>
}

/** Starts a server of issuers; one that published nothing answers 404. */
export async function startIssuers(): Promise<Issuers> {
  const publications = new Map<string, Publication>()
  const fetches = new Map<string, number>()
  const server = await serve((request, response) => {
    const [, name = '', ...rest] = (request.url ?? '').split('/')
    const publication = publications.get(name)
    const document = rest.join('/')
    if (publication === undefined) {
      response.writeHead(404).end()
      return
    }
    const { keys = [], discovery, answers } = publication
    const issuer = `${server.origin}/${name}`
    const isJwks = document === 'jwks'
    if (isJwks) fetches.set(name, (fetches.get(name) ?? 0) + 1)
    const instead = isJwks ? answers?.jwks : answers?.discovery
    if (instead !== undefined) {
      instead(request, response)
      return
    }
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify(isJwks ? { keys } : { issuer, jwks_uri: `${issuer}/jwks`, ...discovery }),
    )
  })
  return {
    url: server.origin,
    port: server.port,
    publish: (name, publication) => void publications.set(name, publication),
    fetches: (name) => fetches.get(name) ?? 0,
    close: server.close,
  }
}
