import { readFile } from 'node:fs/promises'
import type { GoogleConfig } from '../../deploy/local/google/config.ts'
import type { LedgerEntry } from '../../deploy/local/google/ledger.ts'
import type { TokenOrder } from '../../deploy/local/idp/sign.ts'
import { startStack, type Stack, type StackOptions } from '../../deploy/local/stack.ts'

/** Where the scenarios' subject tokens are meant to go. */
export const BUREAU_AUDIENCE = 'https://bureau.example.com'

/** The whole chain on loopback with the scenarios' policy. */
export interface Scene extends Stack {
  /** Google's side as it was derived from the policy. */
  readonly googleSide: GoogleConfig
  /** A token of a pipeline on GitHub, of the repository that deploys, but for the changes. */
  readonly pipeline: (order?: TokenOrder) => Promise<string>
  /** The same for another repository of the organisation: each stands for one case of the policy. */
  readonly pipelineOf: (repositoryId: string) => Promise<string>
  /** What Google minted on the word of one request. */
  readonly mintedFor: (requestId: string) => readonly LedgerEntry[]
}

/** The policy of the scenarios, as text. */
export function scenarioPolicy(): Promise<string> {
  return readFile(new URL('../scenarios/policy.yaml', import.meta.url), 'utf8')
}

/** Starts the chain with the scenarios' policy. */
export async function startScene(options: StackOptions = {}): Promise<Scene> {
  let googleSide: GoogleConfig = {}
  const stack = await startStack({
    policy: await scenarioPolicy(),
    ...options,
    google: (derived) => {
      googleSide = options.google?.(derived) ?? derived
      return googleSide
    },
  })
  const pipeline = (order: TokenOrder = {}): Promise<string> =>
    stack.idp.sign({ shape: 'github', realm: 'github', audience: BUREAU_AUDIENCE, ...order })
  return {
    ...stack,
    googleSide,
    pipeline,
    pipelineOf: (repositoryId) => pipeline({ claims: { repository_id: repositoryId } }),
    mintedFor: (requestId) =>
      stack.google.ledger().filter(({ requestReason }) => requestReason === `bureau:${requestId}`),
  }
}
