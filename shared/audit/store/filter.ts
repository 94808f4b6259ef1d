import type { EventFilter, StoredEvent } from './store.ts'

/** A condition of a WHERE clause over the columns, with its named parameters. */
export interface Where {
  /** `TRUE` where nothing narrows. Parameters are written `@name`. */
  readonly sql: string
  readonly parameters: Readonly<Record<string, string | number>>
}

const COLUMN_OF = {
  reason: 'reason',
  issuer: 'issuer',
  provider: 'provider',
  subject: 'subject',
  account: 'account',
  grant: 'grant_id',
  address: 'address',
  kid: 'kid',
  jti: 'jti',
  policyDigest: 'policy_digest',
  requestId: 'request_id',
} as const satisfies Partial<Record<keyof EventFilter, string>>

/** The columns that a filter is equal to. */
export const EQUALITIES = Object.keys(COLUMN_OF) as (keyof typeof COLUMN_OF)[]

/**
 * The filter as SQL for SQLite and BigQuery alike. `event_time` has the store's own type of time; the
 * parameters `from` and `until` are milliseconds since the epoch. No value is ever written into SQL.
 */
export function whereOf(filter: EventFilter): Where {
  const conditions: string[] = []
  const parameters: Record<string, string | number> = {}
  const narrow = (condition: string, name: string, value: string | number) => {
    conditions.push(condition)
    parameters[name] = value
  }
  if (filter.from !== undefined) narrow('event_time >= @from', 'from', filter.from)
  if (filter.until !== undefined) narrow('event_time < @until', 'until', filter.until)
  for (const name of EQUALITIES) {
    const value = filter[name]
    if (value !== undefined) narrow(`${COLUMN_OF[name]} = @${name}`, name, value)
  }
  if (filter.errors === true) conditions.push('status >= 500')
  if (filter.kinds !== undefined) {
    const equal = filter.kinds.map((kind, index) => {
      parameters[`kind${index}`] = kind
      return `kind = @kind${index}`
    })
    conditions.push(equal.length === 0 ? 'FALSE' : `(${equal.join(' OR ')})`)
  }
  return { sql: conditions.length === 0 ? 'TRUE' : conditions.join(' AND '), parameters }
}

/** Whether a filter narrows by nothing but time, kind, reason and fault: what is counted by minute. */
export function isOfMinutes(filter: EventFilter): boolean {
  return EQUALITIES.every((name) => name === 'reason' || filter[name] === undefined)
}

/** Whether an event is one of the filter's; what {@link whereOf} says in SQL. */
export function matches(event: StoredEvent, filter: EventFilter): boolean {
  const { from, until, kinds, errors } = filter
  return (
    (from === undefined || event.time >= from) &&
    (until === undefined || event.time < until) &&
    (kinds === undefined || kinds.includes(event.kind)) &&
    (errors !== true || (event.status ?? 0) >= 500) &&
    EQUALITIES.every((name) => filter[name] === undefined || event[name] === filter[name])
  )
}
