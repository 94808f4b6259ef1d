import type { Origin } from './origin.ts'

/** Names the schema; `deploy/audit.schema.json` is its text. */
export const SCHEMA_ID = 'urn:dev:tokenbureau:schema:audit:1'

/** The CloudEvents attributes that every event shares, in canonical order between `data` and `time`. */
export function attributesOf(id: string, origin: Origin) {
  return {
    datacontenttype: 'application/json',
    dataschema: SCHEMA_ID,
    id,
    source: `//tokenbureau/${origin.revision}/${origin.instance}`,
    specversion: '1.0',
  } as const
}

/** OCSF `metadata` of an event; `correlation` is the request id. */
export function metadataOf(origin: Origin, correlation: string | undefined, truncated: boolean) {
  return {
    correlation_uid: correlation,
    is_truncated: truncated ? true : undefined,
    product: { name: 'Token Bureau', vendor_name: 'Token Bureau', version: origin.version },
    version: '1.6.0',
  } as const
}
