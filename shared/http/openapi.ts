import { z } from 'zod'
import { ALL_REASONS, Refusal } from '../domain/refusal.ts'
import { TokenParameters } from './token-parameters.ts'

const FORM = 'application/x-www-form-urlencoded'

const text = { type: 'string' } as const
const oneHeader = (description: string) => ({ description, schema: text })

/** The body of a successful token request, see `tokenAnswer`. */
const TOKEN_ANSWER = {
  type: 'object',
  required: ['access_token', 'issued_token_type', 'token_type', 'expires_in'],
  properties: {
    access_token: { ...text, description: "Google's token; an ID token stands here, too." },
    issued_token_type: text,
    token_type: { enum: ['Bearer', 'N_A'] },
    expires_in: { type: 'integer', minimum: 1, description: 'Seconds.' },
    scope: { ...text, description: 'The scopes granted; access tokens only.' },
  },
} as const

/** The body of an introspection, see `introspect`. */
const INTROSPECTION = {
  type: 'object',
  required: ['active'],
  properties: {
    active: { type: 'boolean' },
    username: { ...text, description: "The service account's e-mail." },
    scope: text,
    exp: { type: 'integer', description: 'Seconds since the epoch.' },
  },
} as const

/** OpenAPI 3.1 description of the `token` function, made from the schemas that check requests. */
export function openApiDocument(publicUrl: string) {
  const { $schema: _, ...tokenParameters } = z.toJSONSchema(TokenParameters, { io: 'input' })
  return {
    openapi: '3.1.0',
    info: {
      title: 'Token Bureau',
      version: '1',
      description: "Takes a workload's OIDC token and gives a short-lived Google Cloud token.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    paths: {
      '/v1/token': {
        post: {
          operationId: 'exchangeToken',
          summary: 'Exchange a token (RFC 8693)',
          description: 'JSON may spell names as Google does: grantType for grant_type.',
          security: [],
          requestBody: bodyOf({ $ref: '#/components/schemas/TokenRequest' }, [
            FORM,
            'application/json',
          ]),
          responses: { 200: answerOf('The token', 'TokenAnswer'), ...refusals() },
        },
      },
      '/v1/introspect': {
        post: {
          operationId: 'introspectToken',
          summary: 'Ask about an issued token (RFC 7662)',
          security: [],
          requestBody: bodyOf(
            {
              type: 'object',
              required: ['token'],
              properties: { token: text, token_type_hint: text },
            },
            [FORM],
          ),
          responses: { 200: answerOf('What is known', 'Introspection'), ...refusals() },
        },
      },
      '/.well-known/oauth-authorization-server': pageOf('Metadata (RFC 8414)'),
      '/.well-known/jwks.json': pageOf("Keys of the bureau's own assertions (RFC 7517)", {
        404: pageAnswer('There are none', { $ref: '#/components/schemas/Refusal' }),
      }),
      '/openapi.json': pageOf('This document'),
      '/health': pageOf('Whether the process answers'),
      '/ready': pageOf('Whether policy and audit are in order', {
        503: pageAnswer('One of them is not'),
      }),
    },
    components: {
      schemas: {
        TokenRequest: tokenParameters,
        TokenAnswer: TOKEN_ANSWER,
        Introspection: INTROSPECTION,
        Refusal: REFUSAL,
      },
    },
  }
}

const REFUSAL = {
  type: 'object',
  required: ['error', 'error_description', 'request_id'],
  properties: {
    error: text,
    error_description: { ...text, description: 'One constant sentence for each error.' },
    request_id: { ...text, format: 'uuid', description: 'Finds the record of this request.' },
  },
} as const

/** The error table: every status that a refusal can have, with its errors. */
function refusals(): Readonly<Record<string, unknown>> {
  const byStatus = new Map<number, Map<string, string>>()
  for (const { status, error, sentence } of ALL_REASONS.map((reason) => new Refusal(reason))) {
    if (status === 401 || status === 403) continue
    byStatus.set(status, (byStatus.get(status) ?? new Map<string, string>()).set(error, sentence))
  }
  return Object.fromEntries([...byStatus].map(([status, errors]) => [status, refusalOf(errors)]))
}

function refusalOf(errors: ReadonlyMap<string, string>) {
  return {
    description: [...errors].map(([error, sentence]) => `\`${error}\`: ${sentence}`).join('\n\n'),
    headers: {
      'Retry-After': oneHeader('Seconds; with 429 and 503.'),
      Allow: oneHeader('With 405.'),
      RateLimit: oneHeader('IETF draft 8; with 429.'),
    },
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

function bodyOf(schema: unknown, types: readonly string[]) {
  return {
    required: true,
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  }
}

function answerOf(description: string, schema: string) {
  return {
    description,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  }
}

function pageOf(summary: string, others: Readonly<Record<number, unknown>> = {}) {
  return { get: { summary, security: [], responses: { 200: pageAnswer(summary), ...others } } }
}

function pageAnswer(description: string, schema: object = {}) {
  return { description, content: { 'application/json': { schema } } }
}
