import { z } from 'zod'

const answer = z.looseObject({ description: z.string() })
const operation = z.looseObject({
  operationId: z.string().optional(),
  summary: z.string(),
  responses: z.record(z.string(), answer),
})

/** An OpenAPI 3.1 document as far as its structure goes (OpenAPI Specification section 4.8). */
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

type Answer = z.output<typeof answer>

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
  /** A checker made from a schema of the components. */
  readonly schema: (name: string) => z.ZodType
  /** The answer of a POST to `path` with this status. */
  readonly answer: (path: string, status: number) => Answer | undefined
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
    schema: (name) => {
      const schema = document.components.schemas[name]
      if (schema === undefined) throw new Error(`the document has no schema ${name}`)
      return z.fromJSONSchema({
        ...schema,
        $schema: 'https://json-schema.org/draft/2020-12/schema',
      })
    },
    answer: (path, status) => document.paths[path]?.post?.responses[String(status)],
  }
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
