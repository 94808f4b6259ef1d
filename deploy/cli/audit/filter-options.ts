import type { EventKind } from '../../../shared/audit/event.ts'
import type { EventFilter } from '../../../shared/audit/store/store.ts'
import { ALL_REASONS } from '../../../shared/domain/refusal.ts'
import { didYouMean } from '../../../shared/policy/closest.ts'
import { textOption, UsageError, type Call, type CommandOption } from '../command.ts'

const KINDS: readonly EventKind[] = [
  'intent',
  'issued',
  'refused',
  'policy',
  'checkpoint',
  'summary',
]

const EQUAL = {
  reason: ['reason', 'REASON', 'Refused for this reason.'],
  issuer: ['issuer', 'URL', 'By the issuer of the subject token.'],
  provider: ['provider', 'ID', 'By the provider in the policy.'],
  subject: ['subject', 'SUB', 'By the subject of the token.'],
  account: ['account', 'EMAIL', 'By the service account.'],
  grant: ['grant', 'ID', 'By the grant.'],
  address: ['address', 'IP', 'By the caller’s address.'],
  kid: ['kid', 'KID', 'By the key that signed the subject token.'],
  jti: ['jti', 'JTI', 'By the id of the subject token.'],
  policy: ['policyDigest', 'DIGEST', 'By the policy that decided.'],
  request: ['requestId', 'ID', 'Of one request.'],
} as const satisfies Record<string, readonly [keyof EventFilter, string, string]>

/** The options that narrow the events of `query` and `tail`. */
export const FILTER_OPTIONS: Readonly<Record<string, CommandOption>> = {
  since: {
    type: 'string',
    value: 'WHEN',
    description: 'From then on: 2026-06-01, 2026-06-01T12:00Z, 90s, 15m, 24h, 7d.',
  },
  until: { type: 'string', value: 'WHEN', description: 'Up to then.' },
  kind: {
    type: 'string',
    value: 'KINDS',
    description: `A comma list of ${KINDS.join(', ')}.`,
  },
  errors: { type: 'boolean', description: 'Refusals that were a fault of a service.' },
  ...Object.fromEntries(
    Object.entries(EQUAL).map(([name, [, value, description]]) => [
      name,
      { type: 'string', value, description } as const,
    ]),
  ),
}

/** The filter that was asked for; `now` in milliseconds since the epoch. Throws `UsageError`. */
export function filterOf(call: Call, now: number): EventFilter {
  const equal = Object.entries(EQUAL).flatMap(([option, [name]]) => {
    const value = textOption(call, option)
    return value === undefined ? [] : [[name, value] as const]
  })
  refuseUnknownReason(textOption(call, 'reason'))
  return {
    ...Object.fromEntries(equal),
    from: timeOption(call, 'since', now),
    until: timeOption(call, 'until', now),
    kinds: kindsOption(call),
    errors: call.options['errors'] === true ? true : undefined,
  }
}

function refuseUnknownReason(reason: string | undefined): void {
  if (reason === undefined || ALL_REASONS.some((known) => known === reason)) return
  const hint = didYouMean(reason, ALL_REASONS) || `; there are ${ALL_REASONS.join(', ')}`
  throw new UsageError(`--reason ${JSON.stringify(reason)} is none of the audit${hint}`)
}

function kindsOption(call: Call): readonly EventKind[] | undefined {
  const text = textOption(call, 'kind')
  if (text === undefined) return undefined
  return text.split(',').map((name) => {
    const kind = KINDS.find((known) => known === name.trim())
    if (kind === undefined) throw new UsageError(`--kind must be of ${KINDS.join(', ')}`)
    return kind
  })
}

/** Milliseconds of a unit of time. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** The moment of an option, in milliseconds since the epoch. Throws `UsageError`. */
export function timeOption(call: Call, name: string, now: number): number | undefined {
  const text = textOption(call, name)
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const length = unit === undefined ? undefined : UNITS[unit]
  if (length !== undefined) return now - Number(count) * length
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) {
    throw new UsageError(`--${name} must be a time such as 2026-06-01T12:00Z, or 90s, 15m, 24h, 7d`)
  }
  return time
}
