/** A table of BigQuery. Its parts are safe to be written into SQL and into a URL. */
export interface TableName {
  readonly project: string
  readonly dataset: string
  readonly table: string
}

/** Project ids (with the domain of an old one), datasets and tables as BigQuery names them. */
const NAME =
  /^((?:[a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9])\.([A-Za-z0-9_]{1,256})\.([A-Za-z0-9_]{1,256})$/

/** Reads `PROJECT.DATASET.TABLE`. Throws `Error` with one line for anything else. */
export function parseTableName(text: string): TableName {
  const [, project, dataset, table] = NAME.exec(text) ?? []
  if (project === undefined || dataset === undefined || table === undefined) {
    throw new Error('bigquery: the table must be named PROJECT.DATASET.TABLE')
  }
  return { project, dataset, table }
}

/** The table as SQL names it. */
export function quoted({ project, dataset, table }: TableName): string {
  return `\`${project}.${dataset}.${table}\``
}
