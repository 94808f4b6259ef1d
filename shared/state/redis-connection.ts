import { createClient } from '@redis/client'

/** What a command may answer. */
export type RedisReply = string | number | boolean | (string | number | boolean)[]

/** A connection that sends one command at a time, in words. */
export interface RedisConnection {
  /** Rejects with the server's error, or after 500 ms without an answer; at once while it is down. */
  send(...words: string[]): Promise<RedisReply | null>
  /** The same without the deadline, for what must be known even when it comes late. */
  sendPatiently(...words: string[]): Promise<RedisReply | null>
  close(): void
}

/** Milliseconds after which a command counts as failed, and for which a start waits. */
const DEADLINE = 500

/** Milliseconds between two tries to connect, at most. */
const RECONNECT_AT_MOST = 2_000

/** Commands waiting for an answer, at most: a hung server must not fill the memory. */
const QUEUE = 10_000

/**
 * Connects to `redis://HOST:PORT` (`rediss:` for TLS), and again whenever the connection is lost.
 * Resolves as soon as it is up, or after 500 ms: a server that is down does not stop a start.
 * `onTrouble` is told each error of the connection; `greeting` is the first command of each one.
 */
export async function connectRedis(
  url: string,
  {
    onTrouble,
    greeting,
  }: {
    readonly onTrouble: (what: string) => void
    readonly greeting: () => readonly string[]
  },
): Promise<RedisConnection> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: QUEUE,
    maintNotifications: 'disabled',
    // A server that hangs with its socket open answers no ping: five seconds, and a new connection.
    pingInterval: 2_000,
    socket: {
      connectTimeout: 2_000,
      socketTimeout: 5_000,
      reconnectStrategy: (tries) => Math.min(50 * 2 ** Math.min(tries, 6), RECONNECT_AT_MOST),
    },
  })
  const tell = (error: unknown): void => onTrouble(redisTrouble(error))
  client.on('error', tell)
  client.on('ready', () => void client.sendCommand([...greeting()]).catch(tell))
  const up = client.connect().catch(tell)
  await Promise.race([up, new Promise((resolve) => setTimeout(resolve, DEADLINE).unref())])

  const sendPatiently: RedisConnection['send'] = (...words) => client.sendCommand(words)
  return {
    sendPatiently,
    send: (...words) => inTime(sendPatiently(...words)),
    close: () => client.destroy(),
  }
}

/** An error of the connection or the server in one line. */
export function redisTrouble(error: unknown): string {
  if (!(error instanceof Error)) return 'Redis failed'
  return `Redis: ${'code' in error && typeof error.code === 'string' ? error.code : error.message}`
}

/** The reply, or an error where there is none within the deadline. */
export async function inTime<T>(reply: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${DEADLINE} ms`)), DEADLINE)
  })
  try {
    return await Promise.race([reply, late])
  } finally {
    clearTimeout(timer)
  }
}
