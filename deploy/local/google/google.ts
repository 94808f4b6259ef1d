import type { Counters } from '../loopback/control.ts'
import { createFaults, type FaultSwitches } from '../loopback/faults.ts'
import { json, type Route } from '../loopback/route.ts'
import { serve } from '../loopback/serve.ts'
import { apiErrorBody } from './api-error.ts'
import { cloudRun } from './api/run.ts'
import { storage } from './api/storage.ts'
import { tokenInformation } from './api/token-information.ts'
import type { GoogleConfig } from './config.ts'
import type { GoogleDouble } from './double.ts'
import { generateAccessToken } from './iam/generate-access-token.ts'
import { generateIdToken } from './iam/generate-id-token.ts'
import { createLedger, type LedgerEntry } from './ledger.ts'
import { metadataServer } from './metadata/metadata-server.ts'
import { createVault } from './minted.ts'
import { observation } from './observe.ts'
import { signIn } from './sign-in.ts'
import { createSigner, type GoogleSigner } from './signer.ts'
import { stsEndpoint } from './sts/endpoint.ts'
import { createProviderKeys } from './sts/provider-keys.ts'
import { STS_ERRORS } from './sts/sts-error.ts'
import { compileWorld } from './world.ts'

/** How the double starts. */
export interface GoogleOptions {
  /** Left out, or 0: any free one. */
  readonly port?: number
  readonly config: GoogleConfig
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** The double of Google, running: STS, IAM Credentials, metadata server and protected APIs. */
export interface Google {
  readonly url: string
  /** Entries after this sequence number. */
  readonly ledger: (after?: number) => readonly LedgerEntry[]
  /** Replaces the configuration. Throws where it is not valid, and keeps the one before. */
  readonly configure: (config: GoogleConfig) => void
  /** Signs whatever claims as Google would. */
  readonly sign: GoogleSigner['sign']
  /** The key set at `/oauth2/v3/certs`. */
  readonly jwks: GoogleSigner['jwks']
  /**
   * Endpoints: `sts`, `generateAccessToken`, `generateIdToken`, `metadata`, `certs`, `storage`,
   * `run`, `tokeninfo`.
   */
  readonly faults: FaultSwitches
  readonly counters: () => Counters
  readonly close: () => Promise<void>
}

/** Starts the double on 127.0.0.1. Throws `PortInUse`, or where the configuration is wrong. */
export async function startGoogle(options: GoogleOptions): Promise<Google> {
  const now = options.now ?? Date.now
  let world = compileWorld(options.config)
  const configure = (config: GoogleConfig): void => {
    world = compileWorld(config)
  }
  const signer = await createSigner()
  const google: GoogleDouble = {
    now,
    world: () => world,
    vault: createVault(now),
    ledger: createLedger(now),
    signer,
    providerKeys: createProviderKeys(now),
  }
  const certs: Route = {
    name: 'certs',
    method: 'GET',
    path: /^\/oauth2\/v3\/certs$/,
    answer: () => json(200, signer.jwks(), { 'cache-control': 'public, max-age=20000' }),
  }
  const faults = createFaults()
  const server = await serve({
    port: options.port ?? 0,
    faults,
    routes: () => [
      stsEndpoint(google),
      generateAccessToken(google),
      generateIdToken(google),
      metadataServer(google),
      certs,
      ...storage(google),
      cloudRun(google),
      tokenInformation(google),
      signIn(google),
      ...observation(google, configure),
    ],
    bodyFor: errorBody,
  })
  return {
    url: server.url,
    ledger: google.ledger.entries,
    configure,
    sign: signer.sign,
    jwks: signer.jwks,
    faults,
    counters: server.counters,
    close: server.close,
  }
}

/** What each service says with a status that it did not choose itself. */
function errorBody(endpoint: string, status: number): unknown {
  if (endpoint === 'sts') {
    const [error, description] =
      status === 429 ? STS_ERRORS.quota : ['internal_failure', 'Internal error encountered.']
    return { error, error_description: description }
  }
  const messages: Readonly<Record<number, string>> = {
    404: 'Requested entity was not found.',
    429: 'Resource has been exhausted (e.g. check quota).',
    503: 'The service is currently unavailable.',
  }
  return apiErrorBody(status, messages[status] ?? 'Internal error encountered.')
}
