import manifest from '../../package.json' with { type: 'json' }
import { bulkSink } from '../../deploy/local/seed/bulk-sink.ts'
import { fill } from '../../deploy/local/seed/fill.ts'
import { openAuditKey } from '../../shared/audit/key.ts'
import { createRecorder } from '../../shared/audit/recorder.ts'
import { sqliteSink } from '../../shared/audit/sinks/sqlite.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import { AUDIT_KEY, anIssuedTrail, recorderOptions } from './audit.ts'
import { HOUR, type Happening } from './audit-history.ts'
import { storeHistory } from './console-world.ts'
import { aPrincipal, mappedSubject } from './policy.ts'

/** A claim that would run, load and leave if a page took it for markup. */
export const HOSTILE = '<img src=x onerror=alert(1)>"\'><script>fetch("//evil.example")</script>'

/** The account that the questions are about, and when it was used. */
export const VAULT = 'vault@acme.iam.gserviceaccount.com'
/** The token that somebody found. */
export const FOUND_AT = Date.now() - 60_000

/** A month of made-up records, a partner's token of a minute ago, and hostile claims. */
export async function fillShowcase(store: string): Promise<void> {
  const sink = bulkSink(store)
  const until = Date.now() - HOUR / 60
  const key = openAuditKey(AUDIT_KEY)
  const { version } = manifest
  await fill(sink, { records: 12_000, until, key, version, onProgress: tellNobody })
  sink.finish()
  await storeHistory(store, history())
  await recordHostile(store)
}

function tellNobody(): void {}

function history(): readonly Happening[] {
  const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000
  const partner = {
    provider: 'partner',
    issuer: 'https://id.partner.example',
    subject: 'feeder',
    account: VAULT,
    grant: 'vault',
  }
  return [
    { ...partner, at: midnight - 3 * HOUR },
    { ...partner, at: FOUND_AT },
    { at: FOUND_AT + 1000, refused: 'no_grant', subject: 'stranger' },
    { at: FOUND_AT + 2000, subject: HOSTILE, kid: HOSTILE, jti: HOSTILE, account: HOSTILE },
    { at: FOUND_AT + 3000, refused: 'scope', provider: HOSTILE, issuer: `javascript:${HOSTILE}` },
  ]
}

/** A refusal all of whose free texts are hostile. */
async function recordHostile(store: string): Promise<void> {
  const recorder = createRecorder(
    recorderOptions({ sinks: [sqliteSink(store)], now: () => FOUND_AT + 4000 }),
  )
  const { authorization: _order, issued: _token, ...refused } = anIssuedTrail()
  const principal = aPrincipal(mappedSubject(HOSTILE))
  const trail = {
    ...refused,
    caller: { ...refused.caller, userAgent: HOSTILE, address: HOSTILE },
    principal,
    assertion: { ...principal.assertion, subject: HOSTILE },
  }
  await recorder.outcome(trail, 400, new Refusal('no_grant', { detail: HOSTILE }))
  await recorder.close()
}
