import type { ServerResponse } from 'node:http'
import type { AuditStore } from '../shared/audit/store/store.ts'
import { asRefusal, type Refusal } from '../shared/domain/refusal.ts'
import type { Trail } from '../shared/domain/trail.ts'
import { openTrail, unseenTrail } from '../shared/http/caller.ts'
import type { Handle } from '../shared/http/edge-server.ts'
import { acceptExplainRequest, EXPLAIN_ROUTES } from '../shared/http/explain-request.ts'
import { guardFramework } from '../shared/http/guard.ts'
import { trackInFlight } from '../shared/http/in-flight.ts'
import { manageLifecycle } from '../shared/http/lifecycle.ts'
import { rateLimits } from '../shared/http/limit.ts'
import { refusalBody, refusalHeaders, sendJson } from '../shared/http/respond.ts'
import { matchRoute } from '../shared/http/routes.ts'
import { shedding } from '../shared/http/shed.ts'
import { openStore } from './audit-store.ts'
import { openBureau } from './bureau.ts'
import { explanationOf } from './explanations.ts'
import { failStart } from './fail-start.ts'
import { operatorLine, writeLine } from './notice.ts'
import { operatorGate } from './operators.ts'
import { readinessOf } from './readiness.ts'
import { readExplainSettings } from './settings.ts'

/** What the log is told of an answer. */
interface Noted {
  operator?: string
  about?: Readonly<Record<string, string>>
}

/**
 * Starts the function that tells operators why a request is, was or would be granted or refused.
 * Private: behind IAM, it verifies for itself that a Google-signed ID token of an e-mail in
 * `OPERATORS` asks. Each answer leaves a line; no token is ever in it. Throws what
 * `readExplainSettings` and `openBureau` throw.
 */
export async function startExplain(environment: NodeJS.ProcessEnv): Promise<Handle> {
  const settings = readExplainSettings(environment)
  const bureau = await openBureau(settings)
  const { world } = bureau
  const { now } = world

  let store: AuditStore | undefined
  const sources = {
    ...world,
    store: () => {
      const { AUDIT_STORE } = settings
      if (AUDIT_STORE !== undefined) store ??= openStore({ ...settings, AUDIT_STORE }).store
      return store
    },
  }
  const inFlight = trackInFlight()
  const shed = shedding({ inFlight, clock: () => performance.now() })
  const limits = rateLimits({
    perMinute: settings.RATE_LIMIT_PER_MINUTE,
    hits: (name) => bureau.state.hits(name),
  })
  const gate = operatorGate(settings, world)
  const trails = { now, trustedHops: settings.TRUSTED_HOPS, routes: EXPLAIN_ROUTES }

  async function handle(_request: unknown, response: ServerResponse): Promise<void> {
    const trail = openTrail(response, trails)
    const noted: Noted = {}
    let refusal: Refusal | undefined
    try {
      await answer(response, trail, noted)
    } catch (error) {
      refusal = asRefusal(error)
      const { detail } = refusal
      const body = refusalBody(refusal, trail.requestId)
      // An operator may know what was wrong; whoever is none gets the constant sentence alone.
      const told = noted.operator === undefined ? body : { ...body, detail }
      const headers = { ...refusalHeaders(refusal), 'x-request-id': trail.requestId }
      sendJson(response, refusal.status, told, headers)
    }
    operatorLine(trail, response.statusCode, noted.operator, refusal, noted.about)
  }

  async function answer(response: ServerResponse, trail: Trail, noted: Noted): Promise<void> {
    const route = matchRoute(response.req, EXPLAIN_ROUTES)
    if (route === 'health') {
      sendJson(response, 200, { status: 'ok' })
      return
    }
    if (route === 'ready') {
      await bureau.policy.caughtUp()
      const { policy } = readinessOf(bureau)
      sendJson(response, policy.ok ? 200 : 503, {
        status: policy.ok ? 'ready' : 'not ready',
        policy,
      })
      return
    }
    shed.admit()
    await limits.admitAddress(response, trail.caller.address)
    noted.operator = (await gate(response.req.headers, trail)).email
    const asked = await acceptExplainRequest(response)
    noted.about = { explained: asked.kind, ...(asked.kind === 'record' && { record: asked.id }) }
    await bureau.policy.caughtUp()
    const explanation = await explanationOf(asked, sources)
    const { decision } = explanation
    const outcome = 'granted' in decision ? 'granted' : decision.refused.reason
    noted.about = { ...noted.about, outcome, policy: explanation.policy }
    sendJson(response, 200, explanation, { 'x-request-id': trail.requestId })
  }

  guardFramework(handle, {
    now,
    inFlight,
    onRefused: (refusal, requestId, address) => {
      const trail = unseenTrail(requestId, now(), address)
      operatorLine(trail, refusal.status, undefined, refusal)
    },
    host: settings.ALLOW_LOOPBACK ? '127.0.0.1' : undefined,
    onListenFailed: failStart,
    onServer: (server) =>
      manageLifecycle(server, { now, inFlight, flush: [close], write: writeLine }),
  })
  return handle

  async function close(): Promise<void> {
    await bureau.close()
    await store?.close()
  }
}
