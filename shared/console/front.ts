import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { asRefusal, Refusal } from '../domain/refusal.ts'
import type { Trail } from '../domain/trail.ts'
import { refusalBody, refusalHeaders, sendJson } from '../http/respond.ts'
import { matchRoute } from '../http/routes.ts'
import type { Asset, AssetName } from './assets.ts'
import type { Console } from './console.ts'
import { postedToken } from './posted.ts'
import { CONSOLE_ROUTES, type ConsoleRoute } from './routes.ts'
import { refuseCrossSite } from './same-origin.ts'
import { problemPage } from './screens/problem.ts'
import { sendOn, sendText } from './send.ts'
import { bearerOf, NO_SESSION, sessionCookie, sessionToken, withSession } from './session.ts'

/** Who signs people in where no proxy does: on loopback alone. */
export interface SignIn {
  readonly origin: string
  readonly link: string
}

/** What stands between a request and the console. */
export interface FrontOptions {
  readonly console: Console
  readonly assets: Readonly<Record<AssetName, Asset>>
  /** Tells operators from everybody else. Throws `Refusal`. */
  readonly gate: (headers: IncomingHttpHeaders, trail: Trail) => Promise<{ readonly email: string }>
  /** Counts the request against the limits. Throws `Refusal`. */
  readonly admit: (response: ServerResponse, trail: Trail) => Promise<void>
  /** Rejects where the store cannot be read. */
  readonly probe: () => Promise<unknown>
  readonly origin: string
  readonly signIn: SignIn | undefined
}

/** What became of a request, for the log. */
export interface Answered {
  readonly operator: string | undefined
  readonly refusal: Refusal | undefined
}

/** Answers every request of the console: lets operators in, and says no to everybody else. */
export function createFront(options: FrontOptions) {
  const { console, assets, gate, admit, probe, origin, signIn } = options

  async function openToAll(route: ConsoleRoute, response: ServerResponse): Promise<boolean> {
    switch (route) {
      case 'style':
      case 'script':
      case 'icon':
        sendText(response, 200, assets[route].text, assets[route].headers)
        return true
      case 'health':
        sendJson(response, 200, { status: 'ok' })
        return true
      case 'ready':
        await probe()
        sendJson(response, 200, { status: 'ready' })
        return true
      default:
        return false
    }
  }

  /** Takes the ID token of the sign-in page as the browser's session. Throws `Refusal`. */
  async function beginSession(response: ServerResponse, trail: Trail): Promise<string> {
    if (signIn === undefined) throw new Refusal('request', { status: 404 })
    refuseCrossSite(response.req.headers, [origin, signIn.origin])
    const token = await postedToken(response, 'id_token', ['form'])
    const { email } = await gate(bearerOf(token), trail)
    sendOn(response, '/', { 'set-cookie': sessionCookie(token) })
    return email
  }

  function endSession(response: ServerResponse): void {
    refuseCrossSite(response.req.headers, [origin])
    sendOn(response, '/', { 'set-cookie': NO_SESSION })
  }

  function credentials(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    return signIn === undefined ? headers : withSession(headers)
  }

  function refuse(
    refusal: Refusal,
    response: ServerResponse,
    trail: Trail,
    operator: string | undefined,
    route: ConsoleRoute | undefined,
  ): void {
    const known = operator !== undefined
    if (isForPrograms(response.req.headers, route)) {
      const body = refusalBody(refusal, trail.requestId)
      const wayIn = signIn && refusal.status === 401 ? { sign_in: signIn.link } : {}
      const told = known ? { ...body, detail: refusal.detail } : { ...body, ...wayIn }
      sendJson(response, refusal.status, told, refusalHeaders(refusal))
      return
    }
    const page = problemPage({
      refusal,
      requestId: trail.requestId,
      known,
      signInLink: known ? undefined : signIn?.link,
    })
    const headers = refusalHeaders(refusal)
    console.show(response, refusal.status, page, reader(response, operator), headers)
  }

  function reader({ req }: ServerResponse, operator: string | undefined) {
    return { operator, maySignOut: signIn !== undefined && sessionToken(req.headers) !== undefined }
  }

  return async (response: ServerResponse, trail: Trail): Promise<Answered> => {
    const { headers } = response.req
    let operator: string | undefined
    let route: ConsoleRoute | undefined
    response.setHeader('x-request-id', trail.requestId)
    try {
      route = matchRoute(response.req, CONSOLE_ROUTES)
      if (await openToAll(route, response)) return { operator, refusal: undefined }
      await admit(response, trail)
      if (route === 'session') operator = await beginSession(response, trail)
      else if (route === 'sign-out') endSession(response)
      else {
        operator = (await gate(credentials(headers), trail)).email
        await console.answer(route, response, reader(response, operator))
      }
      return { operator, refusal: undefined }
    } catch (error) {
      const refusal = asRefusal(error)
      refuse(refusal, response, trail, operator, route)
      return { operator, refusal }
    }
  }
}

/** Whether a refusal is better told in JSON: to the API's callers, and to whoever wants no page. */
function isForPrograms(headers: IncomingHttpHeaders, route: ConsoleRoute | undefined): boolean {
  return route?.startsWith('api-') === true || !(headers.accept ?? '').includes('text/html')
}
