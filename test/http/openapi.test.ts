import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_REASONS, Refusal } from '../../shared/domain/refusal.ts'
import { openApiDocument } from '../../shared/http/openapi.ts'
import { TOKEN_ROUTES } from '../../shared/http/routes.ts'
import { TokenParameters } from '../../shared/http/token-parameters.ts'

/** The document as readers get it. */
const document = JSON.parse(JSON.stringify(openApiDocument('https://bureau.example.com'))) as {
  readonly openapi: string
  readonly servers: unknown
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, unknown> }>>
  readonly components: {
    readonly schemas: Record<string, { properties: object; required: string[] }>
  }
}

test('it is OpenAPI 3.1 for the public address', () => {
  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(document.servers, [{ url: 'https://bureau.example.com' }])
})

test('it describes every path of the function with its method', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  assert.deepEqual(
    described.sort(),
    TOKEN_ROUTES.map(({ method, path }) => `${method} ${path}`).sort(),
  )
})

test('the request is described by the schema that checks it', () => {
  const { properties, required } = document.components.schemas['TokenRequest'] ?? assert.fail()
  assert.deepEqual(Object.keys(properties), Object.keys(TokenParameters.shape))
  assert.deepEqual(required, ['grant_type', 'subject_token', 'subject_token_type'])
  const camel = document.components.schemas['TokenRequestCamelCase'] ?? assert.fail()
  assert.deepEqual(camel.required, ['grantType', 'subjectToken', 'subjectTokenType'])
  assert.equal(Object.keys(camel.properties).length, Object.keys(properties).length)
})

test('its error table holds every status and error that a token request can get', () => {
  const responses = document.paths['/v1/token']?.['post']?.responses ?? {}
  for (const refusal of ALL_REASONS.map((reason) => new Refusal(reason))) {
    if (refusal.status === 401 || refusal.status === 403) continue
    assert.ok(JSON.stringify(responses[refusal.status]).includes(refusal.error), refusal.reason)
  }
})

test('a header is told where it comes, and nowhere else', () => {
  const responses = document.paths['/v1/token']?.['post']?.responses ?? {}
  const withHeader = (name: string) =>
    Object.keys(responses).filter((status) =>
      JSON.stringify(responses[status]).includes(`"${name}"`),
    )
  assert.deepEqual(withHeader('Allow'), ['405'])
  assert.deepEqual(withHeader('Retry-After'), ['429', '503'])
  assert.ok(withHeader('RateLimit').includes('429'))
  assert.ok(withHeader('RateLimit-Policy').includes('429'))
})

test('every reference leads somewhere', () => {
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)
  for (const [, name] of references) assert.ok(name && name in document.components.schemas, name)
})
