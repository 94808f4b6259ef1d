/** The body of `jobs.query`. */
export interface QueryRequest {
  readonly query: string
  readonly useLegacySql: boolean
  readonly parameterMode: string
  readonly queryParameters: readonly {
    readonly name: string
    readonly parameterType: { readonly type: string }
    readonly parameterValue: { readonly value: string }
  }[]
  readonly maximumBytesBilled: string
  readonly dryRun: boolean
}

/** Texts that queries may hold; every other value has to be a parameter. */
const CONSTANTS = new Set(['intent', 'issued', 'refused', 'policy', 'Failure'])

const FORMS: Readonly<Record<string, RegExp>> = {
  STRING: /^/,
  INT64: /^-?\d{1,19}$/,
  TIMESTAMP: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
}

/** What is wrong with a query, one line each; `dryRuns` remembers what was asked dry. */
export function complaintsAbout(
  request: QueryRequest,
  table: string,
  dryRuns: Set<string>,
): readonly string[] {
  const { query, queryParameters } = request
  const used = new Set([...query.matchAll(/@(\w+)/g)].map(([, name = '']) => name))
  const given = new Set(queryParameters.map(({ name }) => name))
  const strange = [...query.matchAll(/'([^']*)'/g)].filter(([, text = '']) => !CONSTANTS.has(text))
  const untyped = queryParameters.filter(
    ({ parameterType: { type }, parameterValue: { value } }) =>
      typeof value !== 'string' || FORMS[type]?.test(value) !== true,
  )
  const bound = queryParameters.filter(({ parameterType: { type } }) => type === 'TIMESTAMP')
  const wrong: readonly (readonly [boolean, string])[] = [
    [request.useLegacySql, 'legacy SQL, or the dialect is not said'],
    [request.parameterMode !== 'NAMED', 'parameters are not named'],
    [
      used.symmetricDifference(given).size > 0,
      `parameters differ: ${[...used].join()} and ${[...given].join()}`,
    ],
    [given.size !== queryParameters.length, 'a parameter stands twice'],
    [strange.length > 0, `a value in the text: ${strange.join(' ')}`],
    [query.includes('"'), 'a text in double quotes'],
    [untyped.length > 0, `a value not of its type: ${JSON.stringify(untyped)}`],
    [!/^[1-9]\d*$/.test(request.maximumBytesBilled), 'no limit of bytes'],
    [
      !/WHERE event_time >= @from AND event_time < @until\b/.test(query) ||
        ['from', 'until'].some((name) => !bound.some((one) => one.name === name)),
      'no bounds of the partitions',
    ],
    [/\bOR\b[^()]*event_time >=/.test(query), 'bounds that something else gets around'],
    [query.split('FROM `').length !== 2 || !query.includes(`FROM \`${table}\``), 'another table'],
  ]
  const key = JSON.stringify([query, queryParameters, request.maximumBytesBilled])
  if (request.dryRun) dryRuns.add(key)
  const dry = request.dryRun || dryRuns.has(key)
  return [...wrong, [!dry, 'not run dry first'] as const].flatMap(([is, line]) => (is ? line : []))
}
