import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/** The requests of one server that are not answered yet. */
export interface InFlight {
  readonly size: number
  /** Those whose answer has not begun; what lingers after its answer takes no place. */
  readonly open: number
  add(response: ServerResponse): void
  /** From now on every answer ends its connection, those under way included. */
  close(): void
  /** Resolves as soon as nothing is in flight. */
  idle(): Promise<void>
  /** The answers that have not begun. */
  unanswered(): readonly ServerResponse[]
}

/** Keeps count of requests in flight, for shedding and for a clean end. */
export function trackInFlight(): InFlight {
  const responses = new Set<ServerResponse>()
  let closing = false

  return {
    get size() {
      return responses.size
    },
    get open() {
      let open = 0
      for (const { headersSent } of responses) if (!headersSent) open += 1
      return open
    },
    add(response) {
      responses.add(response)
      response.once('close', () => responses.delete(response))
      if (closing) endsConnection(response)
    },
    close() {
      closing = true
      responses.forEach(endsConnection)
    },
    async idle() {
      for (const response of responses) if (!response.closed) await once(response, 'close')
    },
    unanswered() {
      return [...responses].filter(({ headersSent }) => !headersSent)
    },
  }
}

function endsConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
}
