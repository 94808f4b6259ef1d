import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { freePort } from './free-port.ts'

/** A real Redis server of one test. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** Whether this machine has Redis; in CI its absence is a failure, never a skipped test. */
export function hasRedis(test: TestContext): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true
  const what = 'redis-server is not installed: nothing that is shared by Redis was tested'
  if (process.env['CI'] === 'true') throw new Error(what)
  test.skip(what)
  return false
}

/** Starts a server with an empty store; `port` brings one back where it was. */
export async function startRedis(port?: number): Promise<RedisServer> {
  const at = port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const words = `--port ${at} --bind 127.0.0.1 --appendonly no --save  --dir ${folder}`
  const child = spawn('redis-server', words.split(' '), { stdio: ['ignore', 'pipe', 'inherit'] })
  await ready(child)
  return {
    url: `redis://127.0.0.1:${at}`,
    port: at,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function ready(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('no output')
  for await (const line of createInterface(child.stdout)) {
    if (line.includes('Ready to accept connections')) {
      child.stdout.resume()
      return
    }
  }
  throw new Error('redis-server ended before it was ready')
}
