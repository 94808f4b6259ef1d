import { createHash } from 'node:crypto'
import type { LedgerEntry } from '../../deploy/local/google/ledger.ts'
import { createVerifier } from '../../shared/audit/verify/verifier.ts'
import type { FindingKind } from '../../shared/audit/verify/finding.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Dealing } from './client.ts'
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
 * The judge apart from the service: the load knows who asks for what and may have it, and Google's
 * own ledger knows which token speaks for whom.
 */
function nothingWronglyIssued({ client, google, tenants }: Scene): readonly string[] {
  const byFingerprint = new Map(google.ledger().map((entry) => [entry.fingerprint, entry]))
  const entitled = new Set(
    client.dealings().flatMap(({ order }) => (order.entitled ? [sha256(order.subjectToken)] : [])),
  )
  const pairs = new Set(
    tenants.flatMap(({ principal, account, otherAccount }) => [
      `${principal} ${account}`,
      `${principal} ${otherAccount}`,
    ]),
  )
  const wrongMints = google.ledger().filter((entry) => !rightfullyMinted(entry, entitled, pairs))
  const wrongAnswers = received(client.dealings()).filter(({ order, token }) => {
    const entry = byFingerprint.get(sha256(token))
    return (
      !order.entitled ||
      entry?.kind !== order.what ||
      entry.principalSubject !== order.tenant.principal
    )
  })
  return [
    ...wrongMints.map((entry) => `${entry.kind} of ${entry.account} for ${entry.principalSubject}`),
    ...wrongAnswers.map(({ order }) => `${order.tenant.id} got a token for: ${order.what}`),
  ]
}

function rightfullyMinted(
  entry: LedgerEntry,
  entitled: ReadonlySet<string>,
  pairs: ReadonlySet<string>,
): boolean {
  if (entry.kind === 'federated') return entitled.has(entry.subjectFingerprint ?? '')
  return pairs.has(`${entry.principalSubject} ${entry.account}`)
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
