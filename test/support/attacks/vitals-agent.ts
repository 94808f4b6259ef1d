import { subscribe } from 'node:diagnostics_channel'
import dns from 'node:dns'
import dnsPromises from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { isMainThread } from 'node:worker_threads'
import type { Memory, Vitals } from './vitals.ts'

/** Milliseconds between two looks at the processor time of the main thread. */
const PULSE = 4

/**
 * Loaded before the function by `NODE_OPTIONS=--import=...`: tells a suite, over a socket of its
 * own, what the process does that no answer shows. It watches and changes nothing.
 */
function watch(port: number): void {
  const attempts: string[] = []
  const lookups: string[] = []
  let longest = 0

  const line = connect(port, '127.0.0.1').unref()
  line.on('error', () => {})

  subscribe('net.client.socket', (message) => {
    const { socket } = message as { readonly socket: Socket }
    socket.on('connectionAttempt', (ip: string, to: number) => attempts.push(`${ip}:${to}`))
  })
  tellLookups((name) => lookups.push(name))

  // Processor time of this thread, not time on the wall: a busy machine must not look like a
  // blocked event loop.
  let before = process.threadCpuUsage()
  const pulse = setInterval(() => {
    const used = process.threadCpuUsage(before)
    longest = Math.max(longest, (used.user + used.system) / 1000)
    before = process.threadCpuUsage()
  }, PULSE)
  pulse.unref()

  createInterface({ input: line }).on('line', (question) => {
    if (question === 'vitals') {
      const vitals: Vitals = { pid: process.pid, longest, attempts, lookups }
      line.write(`${JSON.stringify(vitals)}\n`)
      longest = 0
      attempts.length = 0
      lookups.length = 0
    } else if (question === 'memory') {
      line.write(`${JSON.stringify(memory())}\n`)
      before = process.threadCpuUsage()
    } else {
      crash(question)
    }
  })
}

/** Calls `tell` with each name that is looked up from now on. */
function tellLookups(tell: (name: string) => void): void {
  const { lookup } = dns
  const { lookup: promised } = dnsPromises
  Object.assign(dns, {
    lookup: (name: string, ...rest: unknown[]): void => {
      tell(name)
      Reflect.apply(lookup, dns, [name, ...rest])
    },
  })
  Object.assign(dnsPromises, {
    lookup: (name: string, ...rest: unknown[]): unknown => {
      tell(name)
      return Reflect.apply(promised, dnsPromises, [name, ...rest])
    },
  })
  syncBuiltinESMExports()
}

/** Throws where nobody catches, with the text in every place where an error has room for one. */
function crash(text: string): void {
  const cause = Object.assign(new Error(text), { code: text, token: text })
  setImmediate(() => {
    throw Object.assign(new Error(`failed with ${text}`, { cause }), { config: { data: text } })
  })
}

/** Bytes after a collection of garbage; needs `--expose-gc`. */
function memory(): Memory {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, rss, external } = process.memoryUsage()
  return { heapUsed, rss, external, collected: globalThis.gc !== undefined }
}

if (isMainThread) watch(Number(process.env['VITALS_PORT']))
