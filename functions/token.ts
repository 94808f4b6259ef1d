import type { ServerResponse } from 'node:http'
import { asRefusal, type Refusal } from '../shared/domain/refusal.ts'
import type { Trail } from '../shared/domain/trail.ts'
import { acceptTokenRequest } from '../shared/http/accept.ts'
import { openTrail, unseenTrail } from '../shared/http/caller.ts'
import type { Handle } from '../shared/http/edge-server.ts'
import { guardFramework } from '../shared/http/guard.ts'
import { trackInFlight } from '../shared/http/in-flight.ts'
import { introspect, rememberIssued } from '../shared/http/introspect.ts'
import { manageLifecycle } from '../shared/http/lifecycle.ts'
import { rateLimits } from '../shared/http/limit.ts'
import { createPages } from '../shared/http/pages.ts'
import { respondRefusal, respondToken, sendJson } from '../shared/http/respond.ts'
import { matchRoute, TOKEN_ROUTES } from '../shared/http/routes.ts'
import { shedding } from '../shared/http/shed.ts'
import { vend } from '../shared/vend.ts'
import { openBureau } from './bureau.ts'
import { failStart } from './fail-start.ts'
import { notice, requestLine, writeLine } from './notice.ts'
import { readinessOf } from './readiness.ts'
import { readSettings } from './settings.ts'

/**
 * Starts the vending endpoint: opens the world by the environment and guards the framework's server.
 * Throws what `readSettings` and `openBureau` throw.
 */
export async function startToken(environment: NodeJS.ProcessEnv): Promise<Handle> {
  const settings = readSettings(environment)
  const bureau = await openBureau(settings)
  const { world, recorder, published } = bureau
  const { now } = world

  const inFlight = trackInFlight()
  const shed = shedding({ inFlight, clock: () => performance.now() })
  const limits = rateLimits({
    perMinute: settings.RATE_LIMIT_PER_MINUTE,
    hits: (name) => bureau.state.hits(name),
  })
  const showPage = createPages({
    publicUrl: settings.PUBLIC_URL,
    readiness: () => readinessOf(bureau),
    jwks: published === undefined ? undefined : () => published,
  })
  const trails = { now, trustedHops: settings.TRUSTED_HOPS, routes: TOKEN_ROUTES }

  async function handle(_request: unknown, response: ServerResponse): Promise<void> {
    const trail = openTrail(response, trails)
    try {
      await answer(response, trail)
    } catch (error) {
      const refusal = await recorded(asRefusal(error), trail)
      respondRefusal(response, refusal, trail.requestId)
    }
  }

  async function answer(response: ServerResponse, trail: Trail): Promise<void> {
    const route = matchRoute(response.req, TOKEN_ROUTES)
    if (route !== 'token' && route !== 'introspect') {
      if (route === 'ready') await bureau.policy.caughtUp()
      showPage(route, response)
      requestLine(trail, response.statusCode)
      return
    }
    shed.admit()
    await limits.admitAddress(response, trail.caller.address)
    if (route === 'introspect') {
      const known = await introspect(response, world.state, now())
      sendJson(response, 200, known, { 'x-request-id': trail.requestId })
      requestLine(trail, 200)
      return
    }
    const request = await acceptTokenRequest(response)
    const leave = shed.enter()
    try {
      const principalLimit = limits.principalLimit(response)
      await bureau.policy.caughtUp()
      const token = await vend(request, { ...world, principalLimit }, trail)
      await rememberIssued(world.state, token.issued, now())
      respondToken(response, token, trail.requestId, now())
    } finally {
      leave()
    }
  }

  /** The refusal, on record; or the one that says that the record could not be written. */
  async function recorded(refusal: Refusal, trail: Trail): Promise<Refusal> {
    const written = recorder.outcome(trail, refusal.status, refusal).then(
      () => refusal,
      (error: unknown) => {
        notice('ERROR', `request ${trail.requestId}: ${refusal.reason} is not on record`)
        return asRefusal(error)
      },
    )
    // Where the sinks take no records, waiting for this one would only double the caller's wait.
    return refusal.reason === 'audit_unavailable' ? refusal : written
  }

  guardFramework(handle, {
    now,
    inFlight,
    onRefused: (refusal, requestId, address) =>
      void recorded(refusal, unseenTrail(requestId, now(), address)),
    host: settings.ALLOW_LOOPBACK ? '127.0.0.1' : undefined,
    onListenFailed: failStart,
    onServer: (server) =>
      manageLifecycle(server, { now, inFlight, flush: [bureau.close], write: writeLine }),
  })
  return handle
}
