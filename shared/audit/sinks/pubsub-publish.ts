import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { json } from 'node:stream/consumers'
import type { IncomingMessage } from 'node:http'
import type { Secret } from '../../domain/secret.ts'

/** A message of Pub/Sub's REST API: `data` is base64. */
export interface PubsubMessage {
  readonly data: string
  readonly attributes: Readonly<Record<string, string>>
  readonly orderingKey: string
}

/** Publishes messages to one topic, in their order. Rejects with one line where it did not succeed. */
export interface Publisher {
  publish(messages: readonly PubsubMessage[]): Promise<void>
  close(): void
}

/** Where and as whom. */
export interface PublisherOptions {
  /** `projects/P/topics/T`. */
  readonly topic: string
  /** `https://pubsub.googleapis.com`, or the emulator's `http://HOST:PORT`. */
  readonly endpoint: string
  /** The publisher's access token; undefined for the emulator, which asks for none. */
  readonly accessToken: (() => Promise<Secret<string>>) | undefined
}

const TRIES = 3
/** Milliseconds a try. */
const PATIENCE = 2000
/** Milliseconds before the second try; doubled for the third. */
const FIRST_PAUSE = 100
/** Answers that a new try may change. */
const PASSING = new Set([408, 429, 500, 502, 503, 504])

class NotPublished extends Error {
  readonly passing: boolean
  constructor(message: string, passing: boolean) {
    super(message)
    this.passing = passing
  }
}

/**
 * A client of `projects.topics.publish` (Pub/Sub REST API v1) on kept connections. A batch may be
 * published twice where an answer was lost: whoever reads must go by the event's id.
 */
export function createPublisher({ topic, endpoint, accessToken }: PublisherOptions): Publisher {
  const url = new URL(`/v1/${topic}:publish`, endpoint)
  const secure = url.protocol === 'https:'
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const request = secure ? httpsRequest : httpRequest

  const attempt = async (body: string, count: number): Promise<void> => {
    const token = await accessToken?.()
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent,
        signal: AbortSignal.timeout(PATIENCE),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
        },
      },
      resolve,
    )
    outgoing.on('error', reject)
    outgoing.end(body)
    const response = await promise
    await judge(response, count)
  }

  return {
    async publish(messages) {
      const body = JSON.stringify({ messages })
      for (let tried = 1; ; tried += 1) {
        try {
          return await attempt(body, messages.length)
        } catch (error) {
          const failure = asNotPublished(error)
          if (!failure.passing || tried === TRIES) throw failure
          await pause(FIRST_PAUSE * 2 ** (tried - 1) * (0.5 + Math.random() / 2))
        }
      }
    },
    close: () => agent.destroy(),
  }
}

/** Only a 200 with an id for each message says that every one of them is safe. */
async function judge(response: IncomingMessage, count: number): Promise<void> {
  const status = response.statusCode ?? 0
  if (status !== 200) {
    response.resume()
    throw new NotPublished(`status ${status}`, PASSING.has(status))
  }
  const answer: unknown = await json(response)
  const ids: unknown = Object(answer)['messageIds']
  if (!Array.isArray(ids) || ids.length !== count) {
    throw new NotPublished('an answer without the ids of the messages', false)
  }
}

/** The error without what a library put into it: its message might quote a header. */
function asNotPublished(error: unknown): NotPublished {
  if (error instanceof NotPublished) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  const late = error instanceof Error && error.name === 'AbortError'
  return new NotPublished(late ? `no answer in ${PATIENCE} ms` : code, true)
}
