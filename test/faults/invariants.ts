import { createHash } from 'node:crypto'
import type { LedgerEntry } from '../../deploy/local/google/ledger.ts'
import { createVerifier } from '../../shared/audit/verify/verifier.ts'
import type { FindingKind } from '../../shared/audit/verify/finding.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Rules } from '../oracle/rules.ts'
import type { Dealing } from './client.ts'
import { isDue } from './judgement.ts'
import type { Scene } from './scene.ts'
import { leaksIn } from './secrets.ts'

/** What a fault may do to the log without anything being wrong. */
export type Tolerated = readonly FindingKind[]

/** An invariant: what is wrong, a line for each breach; nothing where it holds. */
type Invariant = (scene: Scene, tolerated: Tolerated) => readonly string[]

/** Breaches that are told for one invariant, at most. */
const TOLD = 3

/**
 * What must hold after every fault, whatever broke. The scene must be closed: then everything that
 * the bureau had to say has been said.
 */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  'what Google minted is within the recorded intents': mintedWithinIntents,
  'what callers received is within the recorded issues': receivedWithinIssued,
  'nothing is wrongly issued': nothingWronglyIssued,
  'no secret in any output': noSecretInOutput,
  'no 500, no crash, no answer but JSON': noFaultOfOurs,
  'the log verifies': logVerifies,
}

/** Every breach of every invariant, as lines. */
export function breachesOf(scene: Scene, tolerated: Tolerated): readonly string[] {
  return Object.entries(INVARIANTS).flatMap(([name, invariant]) => {
    const breaches = invariant(scene, tolerated)
    const more = breaches.length > TOLD ? [`${name}: and ${breaches.length - TOLD} more`] : []
    return [...breaches.slice(0, TOLD).map((breach) => `${name}: ${breach}`), ...more]
  })
}

/** Each mint names the request that it was made for; that request's intent must be on record. */
function mintedWithinIntents({ google, book }: Scene): readonly string[] {
  return google.ledger().flatMap((entry) => {
    const requestId = entry.requestReason?.replace(/^bureau:/, '') ?? ''
    const intent = book.of(requestId).find(({ kind }) => kind === 'intent')
    const what = `${entry.kind} ${entry.sequence} of ${entry.principalSubject}`
    if (intent === undefined) return [`${what} has no intent`]
    const { account, order } = intent.data.unmapped
    if (entry.kind === 'federated') return []
    if (account === entry.account && order?.kind === entry.kind) return []
    return [`${what} is for ${entry.account}, its intent for ${order?.kind} of ${account}`]
  })
}

/** Each token that a caller holds is on record by its fingerprint, once. */
function receivedWithinIssued({ client, book, auditKey }: Scene): readonly string[] {
  return received(client.dealings()).flatMap(({ requestId, token }) => {
    const issues = book.of(requestId).filter(({ kind }) => kind === 'issued')
    const fingerprint = auditKey.ofIssuedToken(new Secret('account token', token))
    const matching = issues.filter(({ data }) => data.session?.uid === fingerprint)
    if (matching.length === 1 && issues.length === 1) return []
    return [`request ${requestId} has ${issues.length} issues, ${matching.length} of its token`]
  })
}

/**
 * The judge apart from the service decides what each answered request may have Google mint; the
 * ledger tells what the caller's token is. Google may not have been asked for anything else.
 */
function nothingWronglyIssued({ client, google, rules }: Scene): readonly string[] {
  const ledger = google.ledger()
  const byFingerprint = new Map(ledger.map((entry) => [entry.fingerprint, entry]))
  const inForce = rules()
  const wrongAnswers = received(client.dealings()).filter((dealing) => {
    const minted = byFingerprint.get(sha256(dealing.token))
    if (minted === undefined || !dealing.order.entitled) return true
    if (minted.principalSubject !== dealing.order.tenant.principal) return true
    return !inForce.some((policy) => isDue(dealing, minted, policy))
  })
  return [
    ...wrongAnswers.map(({ order }) => `${order.tenant.id} got a token for: ${order.what}`),
    ...wrongMints(client.dealings(), ledger, inForce),
  ]
}

/** Tokens that Google minted on a word that nobody entitled gave, or for another's account. */
function wrongMints(
  dealings: readonly Dealing[],
  ledger: readonly LedgerEntry[],
  inForce: readonly Rules[],
): readonly string[] {
  const sent = new Set(
    dealings.flatMap(({ order }) => (order.entitled ? [sha256(order.subjectToken)] : [])),
  )
  const tenants = new Map(dealings.map(({ order: { tenant } }) => [tenant.principal, tenant]))
  const wrong = ledger.filter(
    ({ kind, subjectFingerprint = '', principalSubject = '', account }) => {
      if (kind === 'federated') return !sent.has(subjectFingerprint)
      const grant = `grant-${tenants.get(principalSubject)?.id}`
      return !inForce.some(({ grants }) =>
        grants.some((rule) => rule.id === grant && rule.account === account),
      )
    },
  )
  return wrong.map((entry) => `${entry.kind} of ${entry.account} for ${entry.principalSubject}`)
}

function noSecretInOutput({ client, output, log }: Scene): readonly string[] {
  const dealings = client.dealings()
  const tokens = new Set(dealings.flatMap(({ order, token = '' }) => [order.subjectToken, token]))
  const lines = new Set([...output, ...log(), ...dealings.map(({ refusal }) => refusal)])
  return leaksIn([...lines], tokens)
}

function noFaultOfOurs({ client, book, output }: Scene): readonly string[] {
  const answers = client
    .dealings()
    .filter(({ status, failure }) => status === 500 || (status !== 0 && failure !== undefined))
    .map(({ status, failure, requestId }) => `request ${requestId}: ${status} ${failure ?? ''}`)
  const faults = book
    .all()
    .filter(({ reason }) => reason === 'fault')
    .map(({ requestId, data }) => `request ${requestId}: ${data.unmapped.cause}`)
  return [...answers, ...faults, ...output.filter((line) => line.includes('"CRITICAL"'))]
}

function logVerifies({ log }: Scene, tolerated: Tolerated): readonly string[] {
  const verifier = createVerifier()
  for (const [index, line] of log().entries()) verifier.add(Buffer.from(line), index + 1)
  return verifier
    .finish()
    .findings.filter(({ kind }) => !tolerated.includes(kind))
    .map(({ kind, message }) => `${kind}: ${message}`)
}

function received(dealings: readonly Dealing[]): readonly (Dealing & { readonly token: string })[] {
  return dealings.flatMap((dealing) =>
    dealing.token === undefined ? [] : [{ ...dealing, token: dealing.token }],
  )
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
