import { uuidv7 } from '../../domain/uuid.ts'
import type { Link } from '../chain.ts'
import type { RefusalCount } from '../flood.ts'
import type { SinkState } from '../sinks/watch.ts'
import { createClip } from './clip.ts'
import { serialise, type Composed } from './compose.ts'
import { attributesOf, metadataOf } from './envelope.ts'
import type { Origin } from './origin.ts'

/** A policy that was loaded, or was refused at load. */
export interface PolicyLoad {
  /** `sha256:` and 64 hexadecimal digits over the bytes that were read. */
  readonly digest: string
  readonly loaded: boolean
  /** How many problems the loader found; 0 where it was loaded. */
  readonly problems: number
}

/** Everything that a checkpoint says besides its place in the chain. */
export interface Checkpoint {
  readonly position: 'opening' | 'periodic' | 'closing'
  /** Seconds until the next one, at most; undefined where none is promised. */
  readonly interval: number | undefined
  /** Heads of older chains, for an opening. */
  readonly previous: readonly Link[]
  readonly sinks: readonly SinkState[]
  readonly publicKey: string | undefined
  readonly signature: string | undefined
}

const LIMITS = { text: 200, list: 16, claims: 0, rules: false }

const ACTIVITIES = {
  opening: { activity_id: 6, activity_name: 'Start', type_uid: 100806 },
  closing: { activity_id: 7, activity_name: 'Stop', type_uid: 100807 },
  periodic: { activity_id: 99, activity_name: 'Checkpoint', type_uid: 100899 },
  summary: { activity_id: 99, activity_name: 'Summary', type_uid: 100899 },
} as const

/** The event of a policy load; `at` in milliseconds since the epoch. */
export function composePolicy(load: PolicyLoad, origin: Origin, at: number): Composed {
  const { digest, loaded, problems } = load
  const which = digest === '' ? 'that cannot be read' : digest
  const count = problems === 1 ? '1 problem' : `${problems} problems`
  return serialise({
    data: {
      activity_id: 3,
      activity_name: 'Update',
      category_uid: 3,
      class_uid: 3004,
      entity: { name: 'policy', type_id: 5, uid: digest },
      message: loaded ? `policy ${digest} loaded` : `policy ${which} refused: ${count}`,
      metadata: metadataOf(origin, undefined, false),
      severity_id: loaded ? 1 : 4,
      status: loaded ? 'Success' : 'Failure',
      status_id: loaded ? 1 : 2,
      time: at,
      type_uid: 300403,
      unmapped: {
        instance: origin.instance,
        policy_digest: digest,
        problems,
        revision: origin.revision,
      },
    },
    ...attributesOf(uuidv7(at), origin),
    subject: digest,
    time: new Date(at).toISOString(),
    type: 'dev.tokenbureau.policy',
  })
}

/** The event of a checkpoint; `at` in milliseconds since the epoch, as it was signed. */
export function composeCheckpoint(checkpoint: Checkpoint, origin: Origin, at: number): Composed {
  const { position, interval, publicKey, signature } = checkpoint
  const clip = createClip(LIMITS)
  const previous = checkpoint.previous.map(({ chain, hash, seq }) => ({ chain, hash, seq }))
  const unacknowledged = checkpoint.sinks
    .filter(({ failed }) => failed > 0)
    .map(({ name, failed }) => ({ records: failed, sink: clip.text(name) }))
  return upkeep(position, `audit chain: ${position} checkpoint`, origin, at, {
    checkpoint: {
      interval,
      position,
      previous: previous.length === 0 ? undefined : previous,
      public_key: publicKey,
      signature,
      unacknowledged: unacknowledged.length === 0 ? undefined : unacknowledged,
    },
    instance: origin.instance,
    revision: origin.revision,
  })
}

/** The account of refusals that were counted but not recorded. */
export function composeSummary(
  counts: readonly RefusalCount[],
  origin: Origin,
  at: number,
): Composed {
  const suppressed = counts.reduce((sum, count) => sum + count.suppressed, 0)
  return upkeep('summary', `${suppressed} refusals counted without a record`, origin, at, {
    instance: origin.instance,
    refusals: counts.map(({ reason, recorded, suppressed: left }) => ({
      reason,
      recorded,
      suppressed: left,
    })),
    revision: origin.revision,
  })
}

function upkeep(
  kind: keyof typeof ACTIVITIES,
  message: string,
  origin: Origin,
  at: number,
  unmapped: Extract<Composed['event']['data'], { class_uid: 1008 }>['unmapped'],
): Composed {
  const { activity_id, activity_name, type_uid } = ACTIVITIES[kind]
  return serialise({
    data: {
      activity_id,
      activity_name,
      category_uid: 1,
      class_uid: 1008,
      message,
      metadata: metadataOf(origin, undefined, false),
      severity_id: 1,
      status: 'Success',
      status_id: 1,
      time: at,
      type_uid,
      unmapped,
    },
    ...attributesOf(uuidv7(at), origin),
    time: new Date(at).toISOString(),
    type: kind === 'summary' ? 'dev.tokenbureau.summary' : 'dev.tokenbureau.checkpoint',
  })
}
