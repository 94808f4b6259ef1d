import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TokenOrder } from '../../../deploy/local/idp/sign.ts'
import { localPolicy, startStack, type Stack } from '../../../deploy/local/stack.ts'
import { httpClient, type HttpClient, type HttpRequest } from './http-client.ts'
import { AUDIENCE, exchangeForm } from './stage.ts'
import { openVitalsLine, type VitalsLine } from './vitals.ts'

/** A process whose every output is kept, beside every token that it was given or gave. */
export interface CanaryBench {
  readonly stack: Stack
  readonly line: VitalsLine
  /** The audit store, to be locked or spoilt. */
  readonly store: DatabaseSync
  /** A fresh token of a realm; it counts as secret from now on. */
  readonly token: (realm: string, order?: TokenOrder) => Promise<string>
  /** Sends a request and keeps what the answer shows; gives its status. */
  readonly send: (request: HttpRequest) => Promise<number>
  /** The same for a token exchange. */
  readonly exchange: (token: string, change?: Readonly<Record<string, string>>) => Promise<number>
  readonly tokens: ReadonlySet<string>
  /** Everything that anybody could read: log, answers, the store's files. Ends the process. */
  readonly output: () => Promise<string>
  readonly close: () => Promise<void>
}

/** Realms without keys yet, one for each way in which an identity provider can fail. */
export const COLD_REALMS = Array.from({ length: 12 }, (_, nth) => `cold-${nth}`)

/** Starts the local stack with two sinks, both required, and a shared state store. */
export async function openCanaryBench(stateStore: string): Promise<CanaryBench> {
  const directory = await mkdtemp(join(tmpdir(), 'token-bureau-canary-'))
  const path = join(directory, 'audit.sqlite')
  const line = await openVitalsLine()
  const answers: string[] = []
  const tokens = new Set<string>()
  const stack = await startStack({
    policy: withColdRealms(await localPolicy()),
    env: {
      ...line.env,
      AUDIT_SINKS: `stdout,sqlite:${path}`,
      AUDIT_REQUIRED: 'all',
      STATE_STORE: stateStore,
    },
  })
  const client: HttpClient = httpClient(stack.bureau.port)
  const store = new DatabaseSync(path, { timeout: 5000 })

  const send = async (request: HttpRequest): Promise<number> => {
    const { status, headers, body } = await client.send(request)
    // Of an answer with a token, everything but the token is output.
    const issued = /"access_token":"([^"]+)"/.exec(body)?.[1]
    if (issued !== undefined) tokens.add(issued)
    answers.push(JSON.stringify(headers), body.replace(issued ?? '', ''))
    return status
  }
  return {
    stack,
    line,
    store,
    tokens,
    send,
    async token(realm, order = {}) {
      const token = await stack.idp.sign({ realm, audience: AUDIENCE, ...order })
      tokens.add(token)
      return token
    },
    exchange: (token, change = {}) =>
      send({ body: new URLSearchParams({ ...exchangeForm(token), ...change }).toString() }),
    async output() {
      client.close()
      await stack.bureau.stop()
      const files = await Promise.all(
        ['', '-wal', '-shm'].map((end) => readFile(`${path}${end}`, 'latin1').catch(() => '')),
      )
      return [...stack.bureau.stdout(), ...stack.bureau.stderr(), ...answers, ...files].join('\n')
    },
    async close() {
      store.close()
      client.close()
      await stack.close()
      line.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function withColdRealms(policy: string): string {
  const providers = COLD_REALMS.map(
    (realm) => `
  - id: ${realm}
    issuer: http://127.0.0.1:8081/realms/${realm}
    audiences: [${AUDIENCE}]
    exchange: impersonation
    attributeMapping: { google.subject: assertion.sub }
    attributeCondition: assertion.sub != ''
`,
  )
  return policy.replace('\nproviders:\n', (found) => `${found}${providers.join('')}`)
}
