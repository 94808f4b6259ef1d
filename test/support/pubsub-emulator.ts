import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { freePort } from './free-port.ts'

/** The real emulator of the Cloud SDK. */
export interface PubsubEmulator {
  /** `PUBSUB_EMULATOR_HOST`. */
  readonly host: string
  readonly create: (topic: string, subscription: string) => Promise<void>
  /** Pulls and acknowledges until `count` messages came. */
  readonly pull: (subscription: string, count: number) => Promise<readonly PulledMessage[]>
  readonly stop: () => Promise<void>
}

/** A message as a subscriber gets it. */
export interface PulledMessage {
  readonly text: string
  readonly attributes: Readonly<Record<string, string>>
  readonly orderingKey: string
}

const JARS = [
  '/usr/lib/google-cloud-sdk/platform/pubsub-emulator/lib/*.jar',
  '/opt/google-cloud-sdk/platform/pubsub-emulator/lib/*.jar',
  `${process.env['HOME'] ?? ''}/google-cloud-sdk/platform/pubsub-emulator/lib/*.jar`,
]

/** The emulator's program, where the machine has it and a Java to run it. */
export function findEmulator(): string | undefined {
  const [jar] = JARS.flatMap((pattern) => globSync(pattern))
  return spawnSync('java', ['-version']).status === 0 ? jar : undefined
}

/** Starts the emulator itself, without the script that would leave its Java behind. */
export async function startEmulator(jar: string): Promise<PubsubEmulator> {
  const port = await freePort()
  const child = spawn('java', ['-Xmx256m', '-jar', jar, '--host=127.0.0.1', `--port=${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.includes('listening on')) break
  }
  child.stderr.resume()
  const host = `127.0.0.1:${port}`
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`http://${host}/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return response.json()
  }
  return {
    host,
    async create(topic, subscription) {
      await call('PUT', topic)
      await call('PUT', subscription, { topic, enableMessageOrdering: true })
    },
    async pull(subscription, count) {
      const pulled: PulledMessage[] = []
      while (pulled.length < count) pulled.push(...(await pullOnce(call, subscription)))
      return pulled
    },
    async stop() {
      child.kill()
      await exited
    },
  }
}

interface Received {
  readonly receivedMessages?: readonly {
    readonly ackId: string
    readonly message: {
      readonly data: string
      readonly attributes: Readonly<Record<string, string>>
      readonly orderingKey: string
    }
  }[]
}

async function pullOnce(
  call: (method: string, path: string, body: unknown) => Promise<unknown>,
  subscription: string,
): Promise<PulledMessage[]> {
  const pulled = (await call('POST', `${subscription}:pull`, { maxMessages: 1000 })) as Received
  const { receivedMessages = [] } = pulled
  if (receivedMessages.length === 0) return []
  const ackIds = receivedMessages.map(({ ackId }) => ackId)
  await call('POST', `${subscription}:acknowledge`, { ackIds })
  return receivedMessages.map(({ message }) => ({
    text: Buffer.from(message.data, 'base64').toString('utf8'),
    attributes: message.attributes,
    orderingKey: message.orderingKey,
  }))
}
