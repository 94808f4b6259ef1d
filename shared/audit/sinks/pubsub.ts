import type { AuditRecord } from '../event.ts'
import type { PublisherOptions } from './pubsub-publish.ts'
import type { Sink } from './sink.ts'

/** Milliseconds that a record waits for others to go with it, at most. */
const GATHER = 5
/** Messages and UTF-16 units of one request: well under Pub/Sub's 1,000 and 10 MB. */
const MOST_MESSAGES = 500
const MOST_TEXT = 4 * 1024 * 1024
/** UTF-16 units that may wait before further records are not accepted. */
const MOST_WAITING = 16 * 1024 * 1024

interface Entry {
  readonly record: AuditRecord
  readonly settled: PromiseWithResolvers<void>
}

/**
 * Publishes each record as a structured CloudEvent (CloudEvents Pub/Sub binding), its chain as the
 * ordering key. One request is under way at a time, so that a chain arrives in its order; what comes
 * in meanwhile goes with the next.
 */
export function pubsubSink(options: PublisherOptions): Sink {
  const name = `pubsub:${options.topic}`
  // Loaded for those who publish: the client of HTTPS takes its time at every start.
  const opening = import('./pubsub-publish.ts').then(({ createPublisher }) =>
    createPublisher(options),
  )
  const queue: Entry[] = []
  let waiting = 0
  let pump: Promise<void> | undefined

  const send = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, GATHER))
    while (queue.length > 0) {
      const batch = takeBatch(queue)
      try {
        const publisher = await opening
        await publisher.publish(batch.map(({ record }) => messageOf(record)))
        for (const { settled } of batch) settled.resolve()
      } catch (error) {
        const failure = new Error(`${name}: ${error instanceof Error ? error.message : 'failed'}`)
        for (const { settled } of batch) settled.reject(failure)
      }
      for (const { record } of batch) waiting -= record.line.length
    }
    pump = undefined
  }

  return {
    name,
    write(record) {
      if (waiting > MOST_WAITING) return Promise.reject(new Error(`${name}: does not keep up`))
      const settled = Promise.withResolvers<void>()
      waiting += record.line.length
      queue.push({ record, settled })
      pump ??= send()
      return settled.promise
    },
    async flush() {
      await pump
    },
    async close() {
      await pump
      const publisher = await opening
      publisher.close()
    },
  }
}

/** The first of the queue, as many as one request may hold. */
function takeBatch(queue: Entry[]): readonly Entry[] {
  let text = 0
  let count = 0
  for (const { record } of queue) {
    text += record.line.length
    if (count === MOST_MESSAGES || (count > 0 && text > MOST_TEXT)) break
    count += 1
  }
  return queue.splice(0, count)
}

function messageOf({ event, line, chain }: AuditRecord) {
  return {
    data: Buffer.from(line).toString('base64'),
    attributes: { 'content-type': 'application/cloudevents+json', id: event.id, type: event.type },
    orderingKey: chain,
  }
}
