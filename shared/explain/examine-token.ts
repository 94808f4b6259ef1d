import type { Policy } from '../domain/policy.ts'
import type { Provider } from '../domain/provider.ts'
import type { SubjectToken } from '../domain/secret.ts'
import type { KeyStore } from '../domain/world.ts'
import { refuseRespelt } from '../steps/single-use.ts'
import { parseCompact } from '../token/compact.ts'
import { judgeHeader, parseHeader, type Header } from '../token/header.ts'
import { parsePayload } from '../token/payload.ts'
import { checkSignature } from '../token/signature.ts'
import { Refusal } from '../domain/refusal.ts'
import { createChecklist, type Checklist } from './checklist.ts'
import { checkAddressee, checkRest, type Examined } from './examined.ts'

/** What examining a token depends on. */
export interface ExamineOptions {
  readonly policy: Policy
  /** The keys that may prove a provider's tokens; undefined: signatures are not checked. */
  readonly keysOf: (provider: Provider) => KeyStore | undefined
  /** Seconds since the epoch. */
  readonly now: number
  /** The provider's resource name that the request gave. */
  readonly wanted: string | undefined
}

/**
 * Makes the checks of verification one by one, by the same rules and in the same order, and goes on
 * after a failure, so that an expired token can still be explained. Never throws for what a token
 * may hold.
 */
export async function examineToken(
  subjectToken: SubjectToken,
  { policy, keysOf, now, wanted }: ExamineOptions,
): Promise<Examined> {
  const list = createChecklist()
  const token = subjectToken.reveal()
  const compact = list.check('format', () => parseCompact(token))
  const header = compact && list.check('header', () => judgeHeader(parseHeader(compact.header)))
  const claims = compact && list.check('claims', () => parsePayload(compact.payload))
  const addressee = claims && checkAddressee(list, claims, policy, wanted)
  const { checks } = list
  if (compact === undefined || claims === undefined || addressee === undefined)
    return { checks, assertion: undefined, refusal: list.refusal() }

  const { provider } = addressee
  await checkProof(list, token, header, provider, keysOf(provider))
  const assertion = checkRest(list, claims, addressee, now, {
    algorithm: header?.algorithm ?? 'RS256',
    kid: header?.kid,
  })
  if (compact.respelt)
    await list.checkLater('spelling', () => refuseRespelt(assertion, { now: () => now * 1000 }))
  return { checks, assertion, refusal: list.refusal() }
}

async function checkProof(
  list: Checklist,
  token: string,
  header: Header | undefined,
  provider: Provider,
  keys: KeyStore | undefined,
): Promise<void> {
  if (header === undefined) {
    for (const name of ['algorithm', 'key', 'signature'] as const)
      list.skip(name, 'the header was refused')
    return
  }
  const { algorithm, kid } = header
  const accepted = list.check('algorithm', () => {
    if (provider.algorithms.has(algorithm)) return algorithm
    throw new Refusal('alg', { detail: `provider ${provider.id} does not take ${algorithm}` })
  })
  if (accepted === undefined || keys === undefined) {
    const why = accepted === undefined ? 'the algorithm was refused' : 'keys are not fetched here'
    for (const name of ['key', 'signature'] as const) list.skip(name, why)
    return
  }
  const key = await list.checkLater('key', () => keys.find(provider, algorithm, kid))
  if (key === undefined) list.skip('signature', 'no key')
  else list.check('signature', () => checkSignature(token, key, algorithm))
}
