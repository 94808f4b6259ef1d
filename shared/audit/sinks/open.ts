import type { Writable } from 'node:stream'
import type { Secret } from '../../domain/secret.ts'
import { pubsubSink } from './pubsub.ts'
import type { Sink } from './sink.ts'
import { sqliteSink } from './sqlite.ts'
import { stdoutSink } from './stdout.ts'

/** What sinks need from outside. */
export interface SinkDependencies {
  readonly stdout: Writable
  /** Google Cloud's project id, for links from a log entry to its trace. */
  readonly projectId: string | undefined
  /** An access token that may publish; without one a `pubsub:` sink cannot be opened. */
  readonly accessToken?: () => Promise<Secret<string>>
  /** `PUBSUB_EMULATOR_HOST`: HOST:PORT of an emulator, which asks for no token. */
  readonly pubsubEmulator?: string | undefined
}

/** Resource ids as Pub/Sub documents them. */
const TOPIC = /^projects\/[a-z][a-z0-9.:-]{4,62}\/topics\/[A-Za-z][\w.~+%-]{2,254}$/

/**
 * Opens the sinks of `AUDIT_SINKS`, a comma list such as `stdout,sqlite:audit.sqlite`. Throws
 * `Error` with one line that names what is wrong.
 */
export function openSinks(list: string, dependencies: SinkDependencies): readonly Sink[] {
  const names = list.split(',').map((name) => name.trim())
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) throw new Error(`AUDIT_SINKS names ${repeated} twice`)
  return names.map((name) => openSink(name, dependencies))
}

function openSink(name: string, dependencies: SinkDependencies): Sink {
  const { stdout, projectId } = dependencies
  if (name === 'stdout') return stdoutSink(stdout, projectId)
  if (/^sqlite:./.test(name)) return sqliteSink(name.slice('sqlite:'.length))
  if (name.startsWith('pubsub:')) return openPubsub(name.slice('pubsub:'.length), dependencies)
  throw new Error(
    `AUDIT_SINKS: '${name}' is none of stdout, sqlite:PATH, pubsub:projects/P/topics/T`,
  )
}

function openPubsub(topic: string, { accessToken, pubsubEmulator }: SinkDependencies): Sink {
  if (!TOPIC.test(topic)) {
    throw new Error(`AUDIT_SINKS: 'pubsub:${topic}' is not of the form pubsub:projects/P/topics/T`)
  }
  if (pubsubEmulator !== undefined) {
    const endpoint = `http://${pubsubEmulator}`
    if (!URL.canParse(endpoint)) throw new Error('PUBSUB_EMULATOR_HOST must be HOST:PORT')
    return pubsubSink({ topic, endpoint, accessToken: undefined })
  }
  if (accessToken === undefined) throw new Error(`AUDIT_SINKS: pubsub:${topic} needs an identity`)
  return pubsubSink({ topic, endpoint: 'https://pubsub.googleapis.com', accessToken })
}
