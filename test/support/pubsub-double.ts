import type { ServerResponse } from 'node:http'
import { record, type RecordedRequest, type RecordingServer } from './recording-server.ts'

/** A message as Pub/Sub keeps it. */
export interface KeptMessage {
  readonly text: string
  readonly attributes: Readonly<Record<string, string>>
  readonly orderingKey: string
}

/** A strict double of Pub/Sub's `projects.topics.publish`, REST API v1. */
export interface PubsubDouble extends RecordingServer {
  readonly messages: readonly KeptMessage[]
  /** Sizes of the batches that were accepted. */
  readonly batches: readonly number[]
  /** What the next requests get instead of an answer; the request is not looked at. */
  readonly failNext: (...failures: readonly ((response: ServerResponse) => void)[]) => void
}

/** Accepts only what Pub/Sub documents; `token` is the bearer token that it wants. */
export async function pubsubDouble(topic: string, token?: string): Promise<PubsubDouble> {
  const messages: KeptMessage[] = []
  const batches: number[] = []
  const failures: ((response: ServerResponse) => void)[] = []
  const server = await record()
  server.replyWith((response, request) => {
    const failure = failures.shift()
    if (failure !== undefined) {
      failure(response)
      return
    }
    const wrong = whatIsWrong(request, topic, token)
    if (wrong !== undefined) {
      answer(response, 400, { error: { code: 400, message: wrong, status: 'INVALID_ARGUMENT' } })
      return
    }
    const batch = messagesIn(request).map(keep)
    messages.push(...batch)
    batches.push(batch.length)
    answer(response, 200, { messageIds: batch.map((_, index) => `${messages.length}-${index}`) })
  })
  return { ...server, messages, batches, failNext: (...next) => void failures.push(...next) }
}

interface SentMessage {
  readonly data: string
  readonly attributes: Readonly<Record<string, string>>
  readonly orderingKey: string
}

function messagesIn({ body }: RecordedRequest): readonly SentMessage[] {
  return (JSON.parse(body) as { readonly messages: readonly SentMessage[] }).messages
}

function keep({ data, attributes, orderingKey }: SentMessage): KeptMessage {
  return { text: Buffer.from(data, 'base64').toString('utf8'), attributes, orderingKey }
}

function whatIsWrong(request: RecordedRequest, topic: string, token?: string): string | undefined {
  const { method, path, headers, body } = request
  if (method !== 'POST' || path !== `/v1/${topic}:publish`) return `${method} ${path}`
  if (headers['content-type'] !== 'application/json') return 'content type'
  if (headers.authorization !== (token === undefined ? undefined : `Bearer ${token}`)) {
    return 'authorization'
  }
  if (body.length > 10_000_000) return 'more than 10 MB'
  const { messages, ...others } = JSON.parse(body) as { messages: readonly SentMessage[] }
  if (Object.keys(others).length > 0) return 'unknown fields'
  if (messages.length === 0 || messages.length > 1000) return `${messages.length} messages`
  for (const { data, attributes, orderingKey, ...rest } of messages) {
    if (Object.keys(rest).length > 0) return 'unknown fields of a message'
    if (Buffer.from(data, 'base64').toString('base64') !== data) return 'data is not base64'
    if (orderingKey.length === 0 || orderingKey.length > 1024) return 'ordering key'
    const pairs = Object.entries(attributes)
    if (pairs.length > 100 || pairs.some(([k, v]) => k.length > 256 || v.length > 1024)) {
      return 'attributes'
    }
  }
  return undefined
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
