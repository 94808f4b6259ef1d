import type { Policy } from '../domain/policy.ts'
import { Refusal } from '../domain/refusal.ts'
import { keepLooking, type Looks } from './looks.ts'

/** What the place of a policy holds now. */
export type PolicyReading =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly string[]; readonly digest: string }

/** Where a policy comes from. */
export interface PolicyPlace {
  /** A digest over the bytes that {@link PolicyPlace.read} would load; cheap. Rejects where unreadable. */
  digest(): Promise<string>
  /**
   * Parses, checks and compiles; never half. `serving`: requests are answered meanwhile and may not
   * wait for it. Rejects where unreadable.
   */
  read(serving: boolean): Promise<PolicyReading>
}

/** That a policy came into force, or that a changed file was refused and the old one stays. */
export type PolicyChange =
  | { readonly kind: 'loaded'; readonly digest: string }
  /** `digest`: empty where nothing could be read. */
  | { readonly kind: 'rejected'; readonly digest: string; readonly problems: readonly string[] }

/** How the policy stands, for readiness and the console. */
export interface PolicyState {
  readonly digest: string
  /** Milliseconds since the epoch: when this policy came into force. */
  readonly loadedAt: number
  /** Milliseconds since the epoch: when the place was last found to hold this policy. */
  readonly confirmedAt: number
  /** Why the place's present content is not in force; undefined: it is. */
  readonly rejected: readonly string[] | undefined
  /** Past its maximum age: every request is refused. */
  readonly stale: boolean
}

/**
 * The policy in force, kept up to date beside the requests. Each of them waits until it is `caughtUp`
 * before it asks for the current one: a grant that was withdrawn while nothing ran gives nothing more.
 */
export interface PolicySource extends Looks {
  /** Throws `Refusal` `policy_stale` past the maximum age. */
  readonly current: () => Policy
  state(): PolicyState
}

/** How often and how long. */
export interface PolicySourceOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds between looks at the place. */
  readonly interval: number
  /** Milliseconds that an unconfirmed policy stays in force; undefined: for ever. */
  readonly maxAge: number | undefined
  /** Told of every change; its own failure changes nothing. */
  readonly onChange: (change: PolicyChange) => Promise<void>
}

/** How often a place is read that changes while it is read. */
const ATTEMPTS = 3
const CHANGING = 'the policy keeps changing while it is read'

/** A policy that cannot be loaded at the start: the problems, one a line. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/**
 * Loads the policy and keeps looking at its place. A change is read, checked and compiled whole,
 * then swapped in at once: a request that began with one policy ends with it. A change that is
 * refused leaves the last good policy in force and is told once. Throws {@link PolicyError} where
 * the first load fails.
 */
export async function openPolicySource(
  place: PolicyPlace,
  { now, interval, maxAge, onChange }: PolicySourceOptions,
): Promise<PolicySource> {
  // A file that is half written may well load, without the denials at its end.
  const readSettled = async (serving: boolean): Promise<PolicyReading> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const reading = await place.read(serving)
      if ((await place.digest()) === digestOf(reading)) return reading
    }
    return { ok: false, problems: [CHANGING], digest: '' }
  }

  const first = await readSettled(false)
  if (!first.ok) throw new PolicyError(first.problems)
  let policy = first.policy
  let seen = policy.digest
  let loadedAt = now()
  let confirmedAt = loadedAt
  let rejected: readonly string[] | undefined

  const tell = (change: PolicyChange) => onChange(change).catch(() => undefined)

  const compare = async (): Promise<void> => {
    if ((await place.digest()) === seen) {
      if (rejected === undefined) confirmedAt = now()
      return
    }
    const reading = await readSettled(true)
    const digest = digestOf(reading)
    seen = digest
    if (reading.ok) {
      policy = reading.policy
      loadedAt = confirmedAt = now()
      rejected = undefined
      await tell({ kind: 'loaded', digest })
    } else {
      rejected = reading.problems
      await tell({ kind: 'rejected', digest, problems: reading.problems })
    }
  }

  const look = async (): Promise<void> => {
    try {
      await compare()
    } catch (error) {
      seen = ''
      if (rejected !== undefined) return
      rejected = [`the policy cannot be read: ${codeOf(error)}`]
      await tell({ kind: 'rejected', digest: '', problems: rejected })
    }
  }

  // Before the policy is stale: nobody is refused because nothing ran for a while.
  const overdueAfter = Math.min(2 * interval, (interval + (maxAge ?? Infinity)) / 2)
  const stale = () => maxAge !== undefined && now() - confirmedAt > maxAge
  return {
    current() {
      if (stale()) throw new Refusal('policy_stale')
      return policy
    },
    state: () => ({ digest: policy.digest, loadedAt, confirmedAt, rejected, stale: stale() }),
    ...keepLooking(look, { now, interval, overdueAfter }),
  }
}

function digestOf(reading: PolicyReading): string {
  return reading.ok ? reading.policy.digest : reading.digest
}

/** The system's error code alone: a message may hold a path's content. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
