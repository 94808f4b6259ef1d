import type { Route } from '../http/routes.ts'

/** The paths of the `console` function. What a reader looks for stands in the query. */
export const CONSOLE_ROUTES = [
  { method: 'GET', path: '/', name: 'timeline' },
  { method: 'GET', path: '/events', name: 'events' },
  { method: 'GET', path: '/events.csv', name: 'events-csv' },
  { method: 'GET', path: '/events.jsonl', name: 'events-jsonl' },
  { method: 'GET', path: '/event', name: 'event' },
  { method: 'GET', path: '/event.json', name: 'event-json' },
  { method: 'GET', path: '/live', name: 'live' },
  { method: 'GET', path: '/access', name: 'access' },
  { method: 'GET', path: '/find', name: 'find' },
  { method: 'GET', path: '/policies', name: 'policies' },
  { method: 'GET', path: '/integrity', name: 'integrity' },
  { method: 'POST', path: '/found', name: 'found' },
  { method: 'POST', path: '/verify', name: 'verify' },

  { method: 'GET', path: '/api/timeline', name: 'api-timeline' },
  { method: 'GET', path: '/api/events', name: 'api-events' },
  { method: 'GET', path: '/api/event', name: 'api-event' },
  { method: 'GET', path: '/api/live', name: 'api-live' },
  { method: 'GET', path: '/api/access', name: 'api-access' },
  { method: 'POST', path: '/api/find', name: 'api-find' },
  { method: 'GET', path: '/api/policies', name: 'api-policies' },
  { method: 'GET', path: '/api/integrity', name: 'api-integrity' },

  { method: 'POST', path: '/session', name: 'session' },
  { method: 'POST', path: '/sign-out', name: 'sign-out' },
  { method: 'GET', path: '/console.css', name: 'style' },
  { method: 'GET', path: '/console.js', name: 'script' },
  { method: 'GET', path: '/icon.svg', name: 'icon' },
  { method: 'GET', path: '/health', name: 'health' },
  { method: 'GET', path: '/ready', name: 'ready' },
] as const satisfies readonly Route<string>[]

/** Names of the console's paths. */
export type ConsoleRoute = (typeof CONSOLE_ROUTES)[number]['name']
