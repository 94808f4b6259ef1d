import { outcomeOf } from '../../../shared/audit/store/outcome-of.ts'
import { recordIn, type RecordedRequest } from '../../../shared/explain/records/recorded.ts'
import { openSource } from '../audit/source.ts'
import { UsageError } from '../command.ts'
import { jsonValuesIn, readInput } from '../input.ts'

/**
 * The record in a file of JSON or JSON lines: the only one, or the one of a request or event by its
 * id. Throws `UsageError`.
 */
export async function recordInFile(path: string, id: string | undefined): Promise<RecordedRequest> {
  const what = 'the record file'
  const values = jsonValuesIn(await readInput(path, what), `${what} ${path}`)
  const records = values.flatMap((value) => recordIn(value) ?? [])
  const chosen =
    id === undefined
      ? records
      : records.filter((one) => one.id === id || one.data.metadata.correlation_uid === id)
  const outcomes = chosen.filter(({ type }) => type !== 'dev.tokenbureau.intent')
  const [record, second] = outcomes.length > 0 ? outcomes : chosen
  if (record === undefined)
    throw new UsageError(`${what} ${path} holds no record of ${id ?? 'a request'}`)
  if (second !== undefined)
    throw new UsageError(`${what} ${path} holds several records: name one by --id`)
  return record
}

/** The record of a request or event in an audit store. Throws `UsageError`. */
export async function recordInStore(
  source: string,
  id: string | undefined,
): Promise<RecordedRequest> {
  if (id === undefined) throw new UsageError('a store holds many records: name one by --id')
  const store = await openSource(source)
  try {
    const line = await outcomeOf(store, id)
    const record = line === undefined ? undefined : recordIn(JSON.parse(line))
    if (record === undefined) throw new UsageError(`${source} holds no record of ${id}`)
    return record
  } finally {
    await store.close()
  }
}
