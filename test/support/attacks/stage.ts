import { startStack, type Stack } from '../../../deploy/local/stack.ts'
import { openCanary, type Canary } from './canaries.ts'
import { attackContext, makeParties, type AttackContext, type Parties } from './context.ts'
import { httpClient, type HttpAnswer, type HttpClient } from './http-client.ts'
import { startIssuers, type Issuers } from './issuers.ts'
import { attackPolicy, withUploadedKeys, type ProviderChange } from './policy.ts'
import { collectRecords, type Records } from './records.ts'
import { openVitalsLine, type VitalsLine } from './vitals.ts'

/** What an attack meets: a function's process, its neighbours, and eyes on all of them. */
export interface Stage {
  readonly stack: Stack
  readonly issuers: Issuers
  readonly parties: Parties
  readonly canary: Canary
  readonly client: HttpClient
  readonly records: Records
  readonly line: VitalsLine
  /** The starting point of a construction; `name` is another issuer in the place of A. */
  readonly context: (name?: string) => AttackContext
  /** Sends a token as an honest client would. */
  readonly exchange: (
    token: string,
    change?: Readonly<Record<string, string>>,
    gone?: AbortSignal,
  ) => Promise<HttpAnswer>
  readonly close: () => Promise<void>
}

/** How a stage differs from the usual one. */
export interface StageOptions {
  /** Settings over those of the stack. */
  readonly env?: Readonly<Record<string, string>>
  /** Providers for one construction each, by name. */
  readonly providers?: (
    canary: string,
    issuers: Issuers,
  ) => Readonly<Record<string, ProviderChange>>
}

export const AUDIENCE = 'https://bureau.example.com'

/** The parameters of a token exchange by a form. */
export function exchangeForm(token: string): Record<string, string> {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: token,
  }
}

/**
 * Starts everything; the base is accepted from the first request on. Rejects, with nothing left
 * running, where the bureau does not start.
 */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const issuers = await startIssuers()
  const canary = await openCanary()
  const line = await openVitalsLine()
  const records = collectRecords()
  const closeNeighbours = async (): Promise<void> => {
    line.close()
    canary.close()
    await issuers.close()
  }
  const parties = makeParties({
    a: `${issuers.url}/alpha`,
    b: `${issuers.url}/beta`,
    es: `${issuers.url}/elliptic`,
    audience: AUDIENCE,
    canary: canary.url,
  })
  publishKeys(issuers, parties)
  const stack = await startStack({
    policy: attackPolicy(issuers.url, parties, options.providers?.(canary.url, issuers) ?? {}),
    google: (derived) => withUploadedKeys(derived, parties),
    env: { RATE_LIMIT_PER_MINUTE: '1000000', ...line.env, ...options.env },
    output: { onLine: (text, stream) => void (stream === 'stdout' && records.take(text)) },
  }).catch(async (error: unknown) => {
    await closeNeighbours()
    throw error
  })
  const client = httpClient(stack.bureau.port)
  return {
    stack,
    issuers,
    parties,
    canary,
    client,
    records,
    line,
    context: (name) => contextOf(parties, issuers.url, name),
    exchange: (token, change = {}, signal) =>
      client.post({ ...exchangeForm(token), ...change }, signal === undefined ? {} : { signal }),
    close: async () => {
      client.close()
      await stack.close()
      await closeNeighbours()
    },
  }
}

function contextOf(parties: Parties, issuers: string, name: string | undefined): AttackContext {
  const now = Math.floor(Date.now() / 1000)
  if (name === undefined) return attackContext(parties, now)
  const a = { ...parties.a, issuer: `${issuers}/${name}` }
  const es = { ...parties.es, issuer: `${issuers}/${name}-elliptic` }
  return attackContext({ ...parties, a, es }, now)
}

function publishKeys(issuers: Issuers, { a, b, es }: Parties): void {
  const rsa = { keys: [a.signer.publicJwk, a.second.publicJwk] }
  for (const name of ['alpha', 'once', 'prefix', 'suffix', 'absent', 'textual', 'greedy']) {
    issuers.publish(name, rsa)
  }
  issuers.publish('beta', { keys: [b.signer.publicJwk] })
  for (const name of ['elliptic', 'once-elliptic']) {
    issuers.publish(name, { keys: [es.signer.publicJwk] })
  }
}
