import { headers, INTROSPECTION_REASONS, refusals, TOKEN_REASONS } from './openapi-refusals.ts'
import { openApiSchemas } from './openapi-schemas.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

const REQUEST_ID = headers({ 'X-Request-Id': "Finds this request's line in the log." })

/** A schema of the document. */
type SchemaName = keyof ReturnType<typeof openApiSchemas>

/** OpenAPI 3.1 description of the `token` function; `publicUrl` without a trailing slash. */
export function openApiDocument(publicUrl: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Token Bureau',
      version: '1',
      description: "Takes a workload's OIDC token and gives a short-lived Google Cloud token.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    security: [],
    paths: {
      '/v1/token': {
        post: {
          operationId: 'exchangeToken',
          summary: 'Exchange a token (RFC 8693)',
          description: 'All names of a request are in one spelling.',
          requestBody: bodyOf(
            { anyOf: [schema('TokenRequest'), schema('TokenRequestCamelCase')] },
            FORM,
            JSON_TYPE,
          ),
          responses: {
            200: { ...answerOf('The token', 'TokenAnswer'), headers: REQUEST_ID },
            ...refusals(TOKEN_REASONS),
          },
        },
      },
      '/v1/introspect': {
        post: {
          operationId: 'introspectToken',
          summary: 'Ask about an issued token (RFC 7662)',
          requestBody: bodyOf(schema('IntrospectionRequest'), FORM),
          responses: {
            200: { ...answerOf('What is known', 'Introspection'), headers: REQUEST_ID },
            ...refusals(INTROSPECTION_REASONS),
          },
        },
      },
      '/.well-known/oauth-authorization-server': pageOf(
        'getMetadata',
        'Metadata (RFC 8414)',
        'Metadata',
      ),
      '/.well-known/jwks.json': pageOf(
        'getKeys',
        "Keys of the bureau's own assertions (RFC 7517)",
        'KeySet',
        { 404: answerOf('There are none', 'Refusal') },
      ),
      '/openapi.json': pageOf('getOpenApi', 'This document', 'OpenApi'),
      '/health': pageOf('getHealth', 'Whether the process answers', 'Health'),
      '/ready': pageOf('getReadiness', 'Whether policy and audit are in order', 'Readiness', {
        503: answerOf('One of them is not', 'Readiness'),
      }),
    },
    components: { schemas: openApiSchemas() },
  }
}

function schema(name: SchemaName) {
  return { $ref: `#/components/schemas/${name}` }
}

function bodyOf(body: object, ...types: readonly string[]) {
  return {
    required: true,
    content: Object.fromEntries(types.map((type) => [type, { schema: body }])),
  }
}

function answerOf(description: string, name: SchemaName) {
  return { description, content: { [JSON_TYPE]: { schema: schema(name) } } }
}

function pageOf(
  operationId: string,
  summary: string,
  name: SchemaName,
  others: Readonly<Record<number, unknown>> = {},
) {
  return {
    get: { operationId, summary, responses: { 200: answerOf(summary, name), ...others } },
  }
}
