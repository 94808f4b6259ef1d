import type { Readiness } from '../shared/http/pages.ts'
import type { Bureau } from './bureau.ts'

/**
 * Whether the bureau can vend: a policy in force that is not too old, and an audit sink that
 * accepted its last record. A changed policy that was refused is told, and does not count: the last
 * good one serves.
 */
export function readinessOf({ policy, recorder }: Pick<Bureau, 'policy' | 'recorder'>): Readiness {
  const { digest, stale, rejected } = policy.state()
  const sinks = recorder.sinks()
  const healthy = sinks.filter((sink) => sink.healthy).length
  return {
    policy: { ok: !stale, digest, stale, changeRejected: rejected !== undefined },
    audit: { ok: healthy > 0, sinks: sinks.length, healthy },
  }
}
