import { writeSync } from 'node:fs'
import http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { http as register } from '@google-cloud/functions-framework'
import { readBody } from '../../shared/http/body.ts'
import type { Handle } from '../../shared/http/edge-server.ts'
import { guardFramework } from '../../shared/http/guard.ts'
import { trackInFlight } from '../../shared/http/in-flight.ts'
import { manageLifecycle } from '../../shared/http/lifecycle.ts'
import { respondRefusal, sendJson } from '../../shared/http/respond.ts'
import { asRefusal } from '../../shared/domain/refusal.ts'

/** A function as small as can be behind the guard, for tests of guard and life cycle alone. */

const CANARY = 'canary-token-71c0'
const inFlight = trackInFlight()
const own = http.createServer

const handle: Handle = async (request, response) => {
  switch (request.url) {
    case '/slow':
      await delay(300)
      sendJson(response, 200, { slow: true })
      return
    case '/never':
      await new Promise(() => {})
      return
    case '/throw-later':
      setTimeout(() => {
        throw new TypeError(`with ${CANARY}\n    at ${CANARY}`)
      }, 0)
      return
    case '/reject-later':
      void Promise.reject(new RangeError(`with ${CANARY}`))
      return
    case '/in-flight':
      sendJson(response, 200, { others: inFlight.size - 1 })
      return
    case '/framework':
      sendJson(response, 200, {
        domain: Reflect.get(process, 'domain') ?? null,
        body: 'body' in request,
        express: 'app' in request,
        restored: http.createServer === own,
        listeners: process.listenerCount('SIGTERM'),
      })
      return
    default:
      try {
        sendJson(response, 200, { bytes: (await readBody(response)).length })
      } catch (error) {
        respondRefusal(response, asRefusal(error), 'id')
      }
  }
}

const write = (line: string): void => void writeSync(1, `${line}\n`)

guardFramework(handle, {
  onListenFailed: (error) => {
    throw error
  },
  now: Date.now,
  inFlight,
  onServer: (server) =>
    manageLifecycle(server, {
      now: Date.now,
      inFlight,
      write,
      drain: 1_000,
      flush: [
        async () => {
          await delay(20)
          write('flushed')
        },
      ],
    }),
})

// A server of somebody else's, created before the framework's, is left alone.
http.createServer((_request, response) => response.end()).unref()

register('guarded', () => {
  throw new Error('express got a request')
})
