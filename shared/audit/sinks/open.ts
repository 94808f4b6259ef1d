import type { Writable } from 'node:stream'
import type { Sink } from './sink.ts'
import { sqliteSink } from './sqlite.ts'
import { stdoutSink } from './stdout.ts'

/** What sinks need from outside. */
export interface SinkDependencies {
  readonly stdout: Writable
  /** Google Cloud's project id, for links from a log entry to its trace. */
  readonly projectId: string | undefined
}

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

function openSink(name: string, { stdout, projectId }: SinkDependencies): Sink {
  if (name === 'stdout') return stdoutSink(stdout, projectId)
  if (/^sqlite:./.test(name)) return sqliteSink(name.slice('sqlite:'.length))
  throw new Error(
    `AUDIT_SINKS: '${name}' is none of stdout, sqlite:PATH, pubsub:projects/P/topics/T`,
  )
}
