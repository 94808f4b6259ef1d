import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ACCOUNT, AUDIENCE, policyText, PROVIDER } from './policies.ts'
import type { Scene } from './scene.ts'
import { startServer, type Server, type ServerOptions } from './server.ts'

const FRAMEWORK = fileURLToPath(
  new URL('../../node_modules/.bin/functions-framework', import.meta.url),
)

/** How a bureau of the bench differs from the usual one. */
export interface BureauChange {
  readonly providers?: number
  readonly grants?: number
  readonly perMinute?: number
  readonly upstream?: string
}

/** The settings with which a bureau starts: real policy, limits and a required audit sink. */
export async function bureauOptions(
  scene: Scene,
  name: string,
  change: BureauChange = {},
): Promise<ServerOptions> {
  const { providers = 1, grants = 10, perMinute = 1_000_000, upstream = scene.near } = change
  const policyFile = scene.file(`${name}.yaml`)
  await writeFile(policyFile, policyText({ providers, grants, issuer: scene.issuer }))
  return {
    words: [FRAMEWORK, `--source=${scene.bundle}`, '--target=token'],
    env: {
      POLICY_FILE: policyFile,
      PUBLIC_URL: AUDIENCE,
      STS_URL: upstream,
      IAM_CREDENTIALS_URL: upstream,
      ALLOW_LOOPBACK: '1',
      AUDIT_SINKS: 'stdout',
      AUDIT_REQUIRED: 'all',
      AUDIT_KEY_FILE: scene.file('audit.key'),
      RATE_LIMIT_PER_MINUTE: String(perMinute),
      TRUSTED_HOPS: '0',
      NODE_EXTRA_CA_CERTS: scene.caFile,
      NODE_ENV: 'production',
    },
    log: scene.file(`${name}.log`),
    meter: scene.meter,
  }
}

/** Starts a bureau as it is deployed. */
export async function startBureau(
  scene: Scene,
  name: string,
  change?: BureauChange,
): Promise<Server> {
  return startServer(scene.machine, await bureauOptions(scene, name, change))
}

/** Starts one of the yardsticks. */
export function startYardstick(
  scene: Scene,
  name: 'floor' | 'obvious' | 'certified',
): Promise<Server> {
  const file = fileURLToPath(new URL(`yardsticks/${name}.ts`, import.meta.url))
  return startServer(scene.machine, {
    words: name === 'obvious' ? [FRAMEWORK, `--source=${file}`, '--target=obvious'] : [file],
    env: {
      ISSUER: scene.issuer,
      AUDIENCE,
      STS_URL: scene.near,
      IAM_CREDENTIALS_URL: scene.near,
      PROVIDER: `//iam.googleapis.com/${PROVIDER}`,
      ACCOUNT,
      NODE_EXTRA_CA_CERTS: scene.caFile,
      NODE_ENV: 'production',
    },
    log: scene.file(`${name}.log`),
    meter: scene.meter,
  })
}
