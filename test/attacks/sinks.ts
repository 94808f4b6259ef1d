import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { attack, beginSiege, type Siege } from '../support/attacks/siege.ts'
import { startStage, type Stage } from '../support/attacks/stage.ts'
import type { Tally } from '../support/attacks/tally.ts'

/** Audit sinks that refuse or hang: no token leaves, and where it can be none is minted. */
export function sinkAttacks(tally: Tally): void {
  describe('failing audit sinks', { concurrency: 1 }, () => {
    let directory: string
    let stage: Stage
    let siege: Siege
    let store: DatabaseSync
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'token-bureau-sink-'))
      const path = join(directory, 'audit.sqlite')
      // Both sinks must accept, so that the one that works shows what the other kept from happening.
      stage = await startStage({
        env: { AUDIT_SINKS: `stdout,sqlite:${path}`, AUDIT_REQUIRED: 'all' },
      })
      siege = await beginSiege(stage)
      store = new DatabaseSync(path, { timeout: 5000 })
    })
    after(async () => {
      store.close()
      await stage.close()
      await rm(directory, { recursive: true, force: true })
    })

    attack(
      tally,
      'LG07',
      'a sink that refuses',
      () => siege,
      async ({ refused }) => {
        store.exec('ALTER TABLE records RENAME TO hidden')
        const { genuine } = stage.context()
        const answer = await stage.exchange(genuine)
        store.exec('ALTER TABLE hidden RENAME TO records')
        await refused({ reason: 'audit_unavailable', sent: [genuine] }, answer)
      },
    )

    attack(
      tally,
      'LG07',
      'a sink that hangs',
      () => siege,
      async ({ refused }) => {
        store.exec('BEGIN EXCLUSIVE')
        const { genuine } = stage.context()
        const answer = await stage.exchange(genuine)
        store.exec('ROLLBACK')
        await refused({ reason: 'audit_unavailable', sent: [genuine] }, answer)
      },
    )

    attack(
      tally,
      'LG07',
      'a sink that refuses between intent and outcome',
      () => siege,
      async ({ refused }) => {
        const { google } = stage.stack
        google.faults.set('generateAccessToken', { kind: 'slow', seconds: 1, times: 1 })
        const minted = google.ledger().length
        const { genuine } = stage.context()
        const asked = stage.exchange(genuine)
        while (google.ledger().length < minted + 2) await nextTurn()
        store.exec('ALTER TABLE records RENAME TO hidden')
        const answer = await asked
        store.exec('ALTER TABLE hidden RENAME TO records')
        assert.doesNotMatch(answer.body, /ya29/)
        const kinds = ['federated', 'access_token']
        await refused(
          { reason: 'audit_unavailable', minted: kinds, takenBack: true, sent: [genuine] },
          answer,
        )
      },
    )
  })
}
