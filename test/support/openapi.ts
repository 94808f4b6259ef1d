import assert from 'node:assert/strict'
import { z } from 'zod'

const content = z.record(z.string(), z.looseObject({ schema: z.looseObject({}) }))
const answer = z.looseObject({ description: z.string(), content })
const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), answer),
})

/** What the tests read of an OpenAPI document; whether it is one, its JSON Schema says. */
const openApiDocument = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  servers: z.array(z.looseObject({ url: z.url() })),
  paths: z.record(
    z.string().startsWith('/'),
    z.strictObject({ get: operation.optional(), post: operation.optional() }),
  ),
  components: z.strictObject({ schemas: z.record(z.string(), z.looseObject({})) }),
})

/** One operation of a document. */
export interface OpenApiOperation {
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly operation: z.output<typeof operation>
}

/** A document, to be asked. */
export interface OpenApiReader {
  readonly document: z.output<typeof openApiDocument>
  readonly operations: readonly OpenApiOperation[]
  /** Every `$ref`. */
  readonly references: readonly string[]
  /** What a `$ref` leads to: a JSON Pointer (RFC 6901) within the document. */
  readonly at: (reference: string) => unknown
  /** A checker of the body of requests to `POST path`, of that media type. */
  readonly request: (path: string, type: string) => z.ZodType
  /** The answer of an operation with this status: what it says, and a checker of its body. */
  readonly answer: (
    method: string,
    path: string,
    status: number,
  ) => { readonly description: string; readonly body: z.ZodType }
}

/** Reads a document. Throws `ZodError` where its structure is wrong. */
export function openApiReader(text: unknown): OpenApiReader {
  const document = openApiDocument.parse(text)
  const operations = Object.entries(document.paths).flatMap(([path, { get, post }]) => [
    ...(get === undefined ? [] : [{ path, method: 'GET' as const, operation: get }]),
    ...(post === undefined ? [] : [{ path, method: 'POST' as const, operation: post }]),
  ])
  return {
    document,
    operations,
    references: [...referencesIn(document)],
    at: (reference) => follow(document, reference),
    request: (path, type) =>
      checker(document.paths[path]?.post?.requestBody?.content[type]?.schema),
    answer(method, path, status) {
      const { get, post } = document.paths[path] ?? {}
      const answers = (method === 'POST' ? post : get)?.responses ?? {}
      const { description, content: bodies } = answers[String(status)] ?? missing(path, status)
      return { description, body: checker(bodies['application/json']?.schema) }
    },
  }

  /** References to the components become references within the schema. */
  function checker(schema: object | undefined): z.ZodType {
    if (schema === undefined) throw new Error('the document has no such schema')
    const whole = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...schema,
      $defs: document.components.schemas,
    }
    return z.fromJSONSchema(
      JSON.parse(JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')),
    )
  }
}

function missing(path: string, status: number): never {
  throw new Error(`the document has no answer ${status} of ${path}`)
}

/** Asserts that the document describes a refusal of an operation: status, error, sentence, form. */
export function assertDescribed(
  { answer: answerOf }: OpenApiReader,
  method: string,
  path: string,
  { status, body }: { readonly status: number; readonly body: Readonly<Record<string, unknown>> },
): void {
  const described = answerOf(method, path, status)
  described.body.parse(body)
  const { error, error_description: sentence } = body
  assert.ok(described.description.includes(`\`${String(error)}\`: ${String(sentence)}`))
}

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (name === '$ref' && typeof member === 'string') yield member
    else yield* referencesIn(member)
  }
}

function follow(document: unknown, reference: string): unknown {
  const [start, ...names] = reference.split('/')
  if (start !== '#') return undefined
  let found = document
  for (const name of names) {
    const member = name.replaceAll('~1', '/').replaceAll('~0', '~')
    found = typeof found === 'object' && found !== null ? Reflect.get(found, member) : undefined
  }
  return found
}
