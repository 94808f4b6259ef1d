import type { ServerResponse } from 'node:http'
import { Refusal } from '../domain/refusal.ts'
import { serverMetadata } from './metadata.ts'
import { openApiDocument } from './openapi.ts'
import { sendJson } from './respond.ts'
import type { TokenRoute } from './routes.ts'

/** The state of one thing that a token needs: whether it is in order, and facts about it. */
export interface Condition {
  readonly ok: boolean
  readonly [fact: string]: string | number | boolean
}

/** What `/ready` tells. Identity providers are not in it: one tenant's outage is not ours. */
export interface Readiness {
  readonly policy: Condition
  readonly audit: Condition
}

/** What the pages that answer to GET show. */
export interface PageSources {
  /** Without a trailing slash. */
  readonly publicUrl: string
  readonly readiness: () => Readiness
  /** The public keys of the bureau's own assertions; undefined where there are none. */
  readonly jwks: (() => { readonly keys: readonly object[] }) | undefined
}

/** Answers a page. Throws `Refusal` `request`, 404, for keys that do not exist. */
export type ShowPage = (
  name: Exclude<TokenRoute, 'token' | 'introspect'>,
  response: ServerResponse,
) => void

/** The pages of the `token` function; its OpenAPI document is made when it is first asked for. */
export function createPages({ publicUrl, readiness, jwks }: PageSources): ShowPage {
  let openApi: object | undefined

  return (name, response) => {
    switch (name) {
      case 'metadata':
        sendJson(response, 200, serverMetadata(publicUrl, jwks !== undefined))
        return
      case 'jwks':
        if (jwks === undefined)
          throw new Refusal('request', { status: 404, detail: 'no assertion keys' })
        sendJson(response, 200, jwks())
        return
      case 'openapi':
        openApi ??= openApiDocument(publicUrl)
        sendJson(response, 200, openApi)
        return
      case 'health':
        sendJson(response, 200, { status: 'ok' })
        return
      case 'ready':
        sendReadiness(response, readiness())
        return
    }
  }
}

function sendReadiness(response: ServerResponse, { policy, audit }: Readiness): void {
  const ready = policy.ok && audit.ok
  sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', policy, audit })
}
