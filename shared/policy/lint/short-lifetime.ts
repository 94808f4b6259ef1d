import { findingAt } from './finding.ts'
import type { LintRule } from './subject.ts'

/** Seconds: Google's client libraries renew a token five minutes before it ends. */
const SENSIBLE = 600

/** A token that lives no longer than clients renew ahead is exchanged anew for every call. */
export const shortLifetime: LintRule = ({ grants }) =>
  grants.flatMap((row) => {
    const lifetime = row.document.accessToken?.maxLifetime
    if (lifetime === undefined || lifetime >= SENSIBLE) return []
    const message = `Google's clients renew 5 minutes early: with ${lifetime} s they exchange at nearly every call, give ${SENSIBLE} or more`
    return [findingAt('short-lifetime', row, ['accessToken', 'maxLifetime'], message)]
  })
