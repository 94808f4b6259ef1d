import { z } from 'zod'
import type { NamedRow } from '../stored-event.ts'

const Field = z.object({ name: z.string() })
const Cells = z.object({ f: z.array(z.object({ v: z.union([z.string(), z.null()]) })) })

const Answer = z.object({
  jobComplete: z.boolean().optional(),
  jobReference: z.object({ jobId: z.string(), location: z.string().optional() }).optional(),
  schema: z.object({ fields: z.array(Field) }).optional(),
  rows: z.array(Cells).optional(),
  pageToken: z.string().optional(),
  totalBytesProcessed: z.string().regex(/^\d+$/).optional(),
})

/** What `jobs.query` and `jobs.getQueryResults` answer, as far as it is looked at. */
export type Answer = z.infer<typeof Answer>

/** Reads an answer. Throws `Error` with a constant line where it is none. */
export function readAnswer(value: unknown): Answer {
  const { data } = Answer.safeParse(value)
  if (data === undefined) throw new Error('bigquery: an answer of another form')
  return data
}

/** The rows of an answer by the names of its columns; every value is text or null. */
export function rowsOf({ schema, rows = [] }: Answer): readonly NamedRow[] {
  const names = (schema?.fields ?? []).map(({ name }) => name)
  return rows.map(({ f }) => {
    if (f.length !== names.length) throw new Error('bigquery: a row of another length')
    return Object.fromEntries(names.map((name, index) => [name, f[index]?.v ?? null]))
  })
}
