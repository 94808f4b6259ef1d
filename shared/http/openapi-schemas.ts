import { z } from 'zod'
import { TOKEN_SPELLINGS, TokenParameters } from './token-parameters.ts'
import { MOST_LIFETIME } from './wish.ts'

const text = { type: 'string' } as const
const url = { type: 'string', format: 'uri' } as const
const texts = { type: 'array', items: text } as const

/** One thing that a token needs, see `Readiness`. */
const condition = { type: 'object', required: ['ok'], properties: { ok: { type: 'boolean' } } }

/** In JSON a lifetime may be a number as well. */
const NUMBER_OF_SECONDS = { type: ['string', 'integer'], minimum: 1, maximum: MOST_LIFETIME }

/** The bodies of answers, see `tokenAnswer`, `introspect`, `refusalBody`, `createPages`. */
const ANSWERS = {
  TokenAnswer: {
    type: 'object',
    required: ['access_token', 'issued_token_type', 'token_type', 'expires_in'],
    properties: {
      access_token: { ...text, description: "Google's token; an ID token stands here, too." },
      issued_token_type: {
        enum: ['access_token', 'id_token'].map(
          (kind) => `urn:ietf:params:oauth:token-type:${kind}`,
        ),
      },
      token_type: { enum: ['Bearer', 'N_A'] },
      expires_in: { type: 'integer', minimum: 1, description: 'Seconds.' },
      scope: { ...text, description: 'The scopes granted; access tokens only.' },
    },
  },
  Introspection: {
    type: 'object',
    required: ['active'],
    properties: {
      active: { type: 'boolean' },
      username: { ...text, description: "The service account's e-mail." },
      scope: text,
      exp: { type: 'integer', description: 'Seconds since the epoch.' },
    },
  },
  Refusal: {
    type: 'object',
    required: ['error', 'error_description', 'request_id'],
    properties: {
      error: text,
      error_description: { ...text, description: 'One constant sentence for each error.' },
      request_id: { ...text, format: 'uuid', description: 'Finds the record of this request.' },
    },
  },
  Metadata: {
    type: 'object',
    required: ['issuer', 'token_endpoint', 'response_types_supported', 'grant_types_supported'],
    properties: {
      issuer: url,
      token_endpoint: url,
      introspection_endpoint: url,
      jwks_uri: url,
      response_types_supported: texts,
      grant_types_supported: texts,
      token_endpoint_auth_methods_supported: texts,
      introspection_endpoint_auth_methods_supported: texts,
      service_documentation: url,
    },
  },
  KeySet: {
    type: 'object',
    required: ['keys'],
    properties: { keys: { type: 'array', items: { type: 'object', required: ['kty', 'kid'] } } },
  },
  OpenApi: {
    type: 'object',
    required: ['openapi', 'info', 'paths'],
    properties: { openapi: text, info: { type: 'object' }, paths: { type: 'object' } },
  },
  Health: { type: 'object', required: ['status'], properties: { status: { const: 'ok' } } },
  Readiness: {
    type: 'object',
    required: ['status', 'policy', 'audit'],
    properties: {
      status: { enum: ['ready', 'not ready'] },
      policy: condition,
      audit: condition,
    },
  },
} as const

/** What the OpenAPI document describes once: the requests from the schemas that check them. */
export function openApiSchemas() {
  const { $schema: _, ...snake } = z.toJSONSchema(TokenParameters, { io: 'input' })
  const lifetime = { ...Object(snake.properties?.['lifetime']), ...NUMBER_OF_SECONDS }
  const properties = { ...snake.properties, lifetime }
  const camelOf = new Map([...TOKEN_SPELLINGS.camel].map(([camel, name]) => [name, camel]))
  const camel = (name: string) => camelOf.get(name) ?? name
  return {
    TokenRequest: { ...snake, description: 'As RFC 8693 spells it.', properties },
    TokenRequestCamelCase: {
      ...snake,
      description: "As Google's token service spells it.",
      required: snake.required?.map(camel),
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, schema]) => [camel(name), schema]),
      ),
    },
    IntrospectionRequest: {
      type: 'object',
      required: ['token'],
      properties: { token: text, token_type_hint: text },
    },
    ...ANSWERS,
  }
}
