import type { DatabaseSync } from 'node:sqlite'
import { prepareInsert } from '../../shared/audit/store/sqlite/insert.ts'
import { DAY, HOUR, MINUTE, NOON, type Happening } from '../support/audit-history.ts'

/** Where the time that detections look at begins; it ends at noon. */
export const FROM = NOON - DAY

const VAULT = 'vault@acme.iam.gserviceaccount.com'
const FEEDER = { issuer: 'https://id.partner.example', provider: 'partner', subject: 'feeder' }

/** Three weeks of two workloads; the partner's key rotates on the fifth day. */
export const PLAIN: readonly Happening[] = Array.from(
  { length: 21 * 12 },
  (_, index): Happening => {
    const at = NOON - 21 * DAY + MINUTE + index * 2 * HOUR
    const token = `header.${at}.signature`
    const kid = index < 60 ? 'p1' : 'p2'
    if (index % 3 === 0)
      return { at, token, ...FEEDER, account: VAULT, kid, address: '198.51.100.9' }
    return index % 7 === 0 ? { at, token, refused: 'no_grant' } : { at, token }
  },
)

function times(count: number, one: (index: number) => Happening): readonly Happening[] {
  return Array.from({ length: count }, (_, index) => one(index))
}

/** What is done to a clean history, and what a detection then finds. */
interface Planted {
  readonly happenings?: readonly Happening[]
  readonly afterwards?: (db: DatabaseSync) => void
  readonly found: readonly object[]
}

/** By the names of detections. */
export const PLANTED: Readonly<Record<string, Planted>> = {
  'mint-without-record': {
    afterwards: (db) =>
      db.exec(`
        INSERT INTO google_mints VALUES
          (${FROM + 5}, ${FROM + 5}, 'a', 'GenerateAccessToken', '${VAULT}', 'mallory', '192.0.2.66', NULL),
          (${FROM + 6}, ${FROM + 6}, 'b', 'GenerateIdToken', '${VAULT}', 'mallory', '192.0.2.66',
            '019e0000-0000-7000-8000-000000000000');
        INSERT INTO google_mints
          SELECT ${FROM + 7}, ${FROM + 7}, 'c', 'GenerateAccessToken', '${VAULT}', 'mallory',
            '192.0.2.66', request_id
          FROM events WHERE kind = 'intent' AND account <> '${VAULT}' AND time_ms > ${FROM} LIMIT 1;
      `),
    found: [
      { caller: 'mallory', why: 'no request id' },
      { caller: 'mallory', why: 'no intent' },
      { caller: 'mallory', why: 'another account' },
    ],
  },
  'first-seen-principal': {
    happenings: [{ at: FROM + HOUR, account: VAULT, grant: 'vault' }],
    found: [{ account: VAULT, grant_id: 'vault', tokens: 1, first_ms: FROM + HOUR + 100 }],
  },
  'denial-burst': {
    happenings: [
      ...times(25, (index) => ({
        at: NOON - HOUR + index * 1000,
        address: '192.0.2.66',
        refused: index % 2 === 0 ? 'signature' : 'audience',
      })),
      // Faults of Google's are nobody's guessing.
      ...times(25, (index) => ({
        at: NOON - HOUR + index,
        address: '192.0.2.7',
        refused: 'upstream',
      })),
    ],
    found: [{ address: '192.0.2.66', refusals: 25, reasons: 2, issuers: 1 }],
  },
  replay: {
    happenings: [
      ...times(3, (index) => ({ at: FROM + HOUR + index, token: 'a.b.c', address: '192.0.2.1' })),
      { at: FROM + 2 * HOUR, token: 'stolen.one.s', address: '192.0.2.1' },
      { at: FROM + 3 * HOUR, token: 'stolen.one.s', address: '192.0.2.66' },
      ...times(3, (index) => ({
        at: FROM + 4 * HOUR + index,
        token: 'd.e.f',
        refused: 'replay' as const,
      })),
    ],
    found: [
      { addresses: 2, requests: 2, refused: 0 },
      { addresses: 1, requests: 3, refused: 3 },
    ],
  },
  'unknown-policy-digest': {
    happenings: [{ at: FROM + HOUR, policyDigest: `sha256:${'e'.repeat(64)}` }],
    afterwards: (db) => db.exec(`DELETE FROM approved_policies WHERE digest LIKE 'sha256:eee%'`),
    found: [{ policy_digest: `sha256:${'e'.repeat(64)}`, issued: 1, events: 2, instances: 1 }],
  },
  'off-rotation-key': {
    happenings: [
      { at: FROM + HOUR + 7, ...FEEDER, account: VAULT, kid: 'p0' },
      { at: FROM + 3 * HOUR + 7, ...FEEDER, account: VAULT, kid: 'p0' },
      // The first key was in use until sixteen days ago.
      { at: NOON - HOUR - 7, ...FEEDER, account: VAULT, kid: 'p1' },
    ],
    found: [
      { issuer: FEEDER.issuer, kid: 'p0', uses: 2, why: 'passing' },
      { issuer: FEEDER.issuer, kid: 'p1', why: 'returned' },
    ],
  },
  'volume-out-of-pattern': {
    happenings: times(80, (index) => ({
      at: NOON - HOUR + index * 1000,
      ...FEEDER,
      account: VAULT,
    })),
    found: [{ account: VAULT, tokens: 84, principals: 1 }],
  },
  'stale-key-issuance': {
    happenings: [
      { at: FROM + HOUR, kid: 'k7', keyStale: true },
      { at: FROM + 2 * HOUR, kid: 'k8', keyAge: 9000 },
    ],
    found: [
      { kid: 'k7', tokens: 1, stale: 1 },
      { kid: 'k8', tokens: 1, stale: 0, oldest_key: 9000 },
    ],
  },
  'orphan-intents': {
    happenings: [{ at: FROM + HOUR, subject: 'alice', orphaned: true }],
    found: [{ time_ms: FROM + HOUR, instance: 'instance-1' }],
  },
  'chain-gaps': {
    afterwards(db) {
      const [cut, , , forked] = db
        .prepare(
          'SELECT seq, chain_seq FROM entries WHERE time_ms > ? AND time_ms < ? ORDER BY seq',
        )
        .all(FROM + HOUR, NOON - HOUR)
      db.prepare('DELETE FROM entries WHERE seq = ?').run(Number(cut?.['seq']))
      const { record } =
        db.prepare('SELECT record FROM records WHERE seq = ?').get(Number(forked?.['seq'])) ?? {}
      const twin = String(record).replace(/"id":"[0-9a-f]{8}/, '"id":"00000000')
      prepareInsert(db)([twin])
    },
    found: [{ missing: 1 }, { missing: -1 }],
  },
}
