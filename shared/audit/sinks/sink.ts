import type { Link } from '../chain.ts'
import type { AuditRecord } from '../event.ts'

/** Where records go. */
export interface Sink {
  /** As `AUDIT_SINKS` spells it. */
  readonly name: string
  /** Last records of the chains that the sink held when it was opened, where it can tell. */
  readonly heads?: readonly Link[]
  /** Settles once the record is safe with the sink; rejects where that cannot be said. */
  write(record: AuditRecord): Promise<void>
  /** Settles once everything written before is acknowledged or has failed. */
  flush(): Promise<void>
  close(): Promise<void>
}
