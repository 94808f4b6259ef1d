import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { startIdentityProvider } from '../../deploy/local/idp/identity-provider.ts'
import { createAuthority } from '../support/certificates.ts'
import { runCommand } from '../support/run-command.ts'
import type { Machine } from './machine.ts'
import { bodiesOf, type Bodies } from './tokens.ts'
import type { UpstreamPorts } from './upstreams.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What stands around the servers that are measured. */
export interface Scene {
  readonly machine: Machine
  /** Where a file of this run lies; it goes with the scene. */
  readonly file: (name: string) => string
  readonly bodies: Bodies
  readonly issuer: string
  /** Google's two APIs at once, and after 40 ms. */
  readonly near: string
  readonly far: string
  /** PEM of the authority that signed their certificate, and its file. */
  readonly ca: string
  readonly caFile: string
  /** The deployed form of the functions: a folder with a bundle. */
  readonly bundle: string
  /** `meter.ts` without its types: the measured servers load no more than they do in production. */
  readonly meter: string
  /** The least function, deployed likewise. */
  readonly empty: string
  readonly close: () => Promise<void>
}

/** Bundles the functions, starts the upstreams and an identity provider, and signs the tokens. */
export async function openScene(machine: Machine): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const file = (name: string): string => join(folder, name)
  const undo: (() => unknown)[] = [() => rm(folder, { recursive: true })]
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    await symlink(join(ROOT, 'node_modules'), file('node_modules'))
    const bundle = file('bundle')
    const bundled = await runCommand(process.execPath, [join(ROOT, 'deploy/bundle.ts'), bundle])
    if (bundled.code !== 0) throw new Error(bundled.stderr)
    await writeEmpty(file)
    await writeMeter(file)
    await writeFile(file('audit.key'), randomBytes(32).toString('hex'))

    const authority = createAuthority()
    undo.push(() => authority.remove())
    const { key, cert } = authority.issue('DNS:localhost')
    await writeFile(file('upstream.key'), key)
    await writeFile(file('upstream.pem'), cert)
    const upstreams = await startUpstreams(machine, file)
    undo.push(upstreams.close)
    const idp = await startIdentityProvider()
    undo.push(idp.close)
    return {
      machine,
      file,
      bodies: await bodiesOf(idp),
      issuer: idp.issuerOf('github'),
      near: `https://localhost:${upstreams.ports.near}`,
      far: `https://localhost:${upstreams.ports.far}`,
      ca: await readFile(authority.caFile, 'utf8'),
      caFile: authority.caFile,
      bundle,
      meter: file('meter.mjs'),
      empty: file('empty.mjs'),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function writeEmpty(file: Scene['file']): Promise<void> {
  const source = [
    "import { http } from '@google-cloud/functions-framework'",
    "http('token', (request, response) => response.json({}))",
  ]
  await writeFile(file('empty.mjs'), source.join('\n'))
}

async function writeMeter(file: Scene['file']): Promise<void> {
  const source = await readFile(new URL('meter.ts', import.meta.url), 'utf8')
  const { code } = await transform(source, { loader: 'ts' })
  await writeFile(file('meter.mjs'), code)
}

async function startUpstreams(machine: Machine, file: Scene['file']) {
  const script = fileURLToPath(new URL('upstreams.ts', import.meta.url))
  const [command, ...words] = machine.command('rest', [script])
  const child = spawn(command, words, {
    env: {
      PATH: process.env['PATH'],
      KEY_FILE: file('upstream.key'),
      CERT_FILE: file('upstream.pem'),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const [ports] = (await once(child, 'message')) as [UpstreamPorts]
  const close = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return { ports, close }
}
