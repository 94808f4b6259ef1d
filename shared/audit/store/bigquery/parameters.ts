/** Values of a query by their names: text, whole numbers, and moments as `Date`. */
export type Values = Readonly<Record<string, string | number | Date>>

/** A `QueryParameter` of BigQuery's REST API. */
export interface QueryParameter {
  readonly name: string
  readonly parameterType: { readonly type: 'STRING' | 'INT64' | 'TIMESTAMP' }
  readonly parameterValue: { readonly value: string }
}

/** Typed named parameters. Throws `RangeError` for a number that is no safe integer. */
export function queryParameters(values: Values): readonly QueryParameter[] {
  return Object.entries(values).map(([name, value]) => ({ name, ...typed(value) }))
}

function typed(value: string | number | Date): Omit<QueryParameter, 'name'> {
  if (typeof value === 'string') {
    return { parameterType: { type: 'STRING' }, parameterValue: { value } }
  }
  if (typeof value !== 'number') {
    return {
      parameterType: { type: 'TIMESTAMP' },
      parameterValue: { value: value.toISOString() },
    }
  }
  if (!Number.isSafeInteger(value)) throw new RangeError('bigquery: a parameter is no integer')
  return { parameterType: { type: 'INT64' }, parameterValue: { value: String(value) } }
}
