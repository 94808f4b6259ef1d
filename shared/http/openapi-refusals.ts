import { ALL_REASONS, Refusal, type Reason } from '../domain/refusal.ts'

/** Why a token request is refused: everything but what the private functions say. */
export const TOKEN_REASONS: readonly Reason[] = ALL_REASONS.filter(
  (reason) => reason !== 'unauthenticated' && reason !== 'not_operator',
)

/** Why a question about a token is refused. */
export const INTROSPECTION_REASONS: readonly Reason[] = [
  'request',
  'method',
  'timeout',
  'size',
  'media_type',
  'encoding',
  'header_size',
  'rate_limited',
  'state_unavailable',
  'overloaded',
  'shutting_down',
  'fault',
]

/** Headers beside those of every answer, by status. */
const HEADERS: ReadonlyMap<number, Readonly<Record<string, string>>> = new Map([
  [405, { Allow: 'The methods of the path.' }],
  [
    429,
    {
      'Retry-After': 'Seconds.',
      RateLimit: 'What is left of each limit, where one was counted.',
      'RateLimit-Policy': 'The limits, where one was counted.',
    },
  ],
  [503, { 'Retry-After': 'Seconds.' }],
])

/** The error table as OpenAPI responses: every status of `reasons` with its errors. */
export function refusals(reasons: readonly Reason[]): Readonly<Record<string, unknown>> {
  const byStatus = new Map<number, Map<string, string>>()
  for (const { status, error, sentence } of reasons.map((reason) => new Refusal(reason))) {
    byStatus.set(status, (byStatus.get(status) ?? new Map<string, string>()).set(error, sentence))
  }
  return Object.fromEntries(
    [...byStatus].map(([status, errors]) => [status, refusalOf(status, errors)]),
  )
}

function refusalOf(status: number, errors: ReadonlyMap<string, string>) {
  return {
    description: [...errors].map(([error, sentence]) => `\`${error}\`: ${sentence}`).join('\n\n'),
    headers: headers({ 'X-Request-Id': 'The `request_id`.', ...HEADERS.get(status) }),
    content: {
      'application/json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Refusal' },
            { type: 'object', properties: { error: { enum: [...errors.keys()] } } },
          ],
        },
      },
    },
  }
}

/** OpenAPI header objects by their descriptions. */
export function headers(described: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(described).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  )
}
