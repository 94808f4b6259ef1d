import type { ServerResponse } from 'node:http'
import { loadAssets } from '../shared/console/assets.ts'
import { createConsole } from '../shared/console/console.ts'
import { createFront, type SignIn } from '../shared/console/front.ts'
import { CONSOLE_ROUTES } from '../shared/console/routes.ts'
import { openTrail, unseenTrail } from '../shared/http/caller.ts'
import type { Handle } from '../shared/http/edge-server.ts'
import { guardFramework } from '../shared/http/guard.ts'
import { trackInFlight } from '../shared/http/in-flight.ts'
import { manageLifecycle } from '../shared/http/lifecycle.ts'
import { rateLimits } from '../shared/http/limit.ts'
import { shedding } from '../shared/http/shed.ts'
import { createKeyStore } from '../shared/keys/key-store.ts'
import { guardedGet } from '../shared/net/guarded-fetch.ts'
import { openState } from '../shared/state/open.ts'
import { failStart } from './fail-start.ts'
import { notice, operatorLine, outliveLog, writeLine } from './notice.ts'
import { operatorGate } from './operators.ts'
import { openSources } from './reading.ts'
import { readConsoleSettings, type ConsoleSettings } from './settings.ts'

/**
 * Starts the audit console: opens what it reads by the environment and guards the framework's server.
 * Throws what `readConsoleSettings` and `openSources` throw.
 */
export async function startConsole(environment: NodeJS.ProcessEnv): Promise<Handle> {
  const settings = readConsoleSettings(environment)
  const { ALLOW_LOOPBACK: allowLoopback, PUBLIC_URL } = settings
  const now = Date.now
  outliveLog()

  const sources = await openSources(settings, now)
  const state = await openState(settings.STATE_STORE, {
    now,
    onTrouble: (what) => notice('WARNING', what),
  })
  const keys = createKeyStore({
    get: (url, options) => guardedGet(url, { ...options, allowLoopback }),
    now,
    random: Math.random,
  })
  const inFlight = trackInFlight()
  const shed = shedding({ inFlight, clock: () => performance.now() })
  const limits = rateLimits({
    perMinute: settings.RATE_LIMIT_PER_MINUTE,
    hits: (name) => state.hits(name),
  })
  const assets = loadAssets()
  const { origin } = new URL(PUBLIC_URL)
  const front = createFront({
    console: createConsole({ sources, assets, origin, now }),
    assets,
    gate: operatorGate(settings, { keys, now }),
    admit: async (response, { caller }) => {
      shed.admit()
      await limits.admitAddress(response, caller.address)
    },
    // A query of BigQuery has its price: it is not asked for an id that has no time.
    probe: () => sources.store.related(''),
    origin,
    signIn: signInOf(settings),
  })
  const trails = { now, trustedHops: settings.TRUSTED_HOPS, routes: CONSOLE_ROUTES }

  async function handle(_request: unknown, response: ServerResponse): Promise<void> {
    const trail = openTrail(response, trails)
    const { operator, refusal } = await front(response, trail)
    operatorLine(trail, response.statusCode, operator, refusal)
  }

  async function close(): Promise<void> {
    await sources.verification.close()
    await Promise.allSettled([sources.store.close(), state.close()])
  }

  guardFramework(handle, {
    now,
    inFlight,
    onRefused: (refusal, requestId, address) => {
      const trail = unseenTrail(requestId, now(), address)
      operatorLine(trail, refusal.status, undefined, refusal)
    },
    host: allowLoopback ? '127.0.0.1' : undefined,
    onListenFailed: failStart,
    onServer: (server) =>
      manageLifecycle(server, { now, inFlight, flush: [close], write: writeLine }),
  })
  return handle
}

/** On loopback, whoever serves Google's keys also signs people in; else a proxy in front does. */
function signInOf({ ALLOW_LOOPBACK, GOOGLE_CERTS_URL, PUBLIC_URL }: ConsoleSettings) {
  if (!ALLOW_LOOPBACK) return undefined
  const { origin } = new URL(GOOGLE_CERTS_URL)
  const link = `${origin}/sign-in?continue=${encodeURIComponent(`${PUBLIC_URL}/`)}`
  return { origin, link } satisfies SignIn
}
