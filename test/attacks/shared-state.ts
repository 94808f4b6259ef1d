import assert from 'node:assert/strict'
import { after, describe, test, type TestContext } from 'node:test'
import { startBureau, type BureauProcess } from '../../deploy/local/bureau-process.ts'
import { hasRedis, startRedis, type RedisServer } from '../support/redis.ts'
import { httpClient, type HttpAnswer, type HttpClient } from '../support/attacks/http-client.ts'
import { exchangeForm, startStage, type Stage } from '../support/attacks/stage.ts'
import type { Tally } from '../support/attacks/tally.ts'

const AT_ONCE = 100

/** One use of a token over two processes that share a Redis server. */
export function sharedStateAttacks(tally: Tally): void {
  describe('replays over two processes', { concurrency: 1 }, () => {
    let redis: RedisServer | undefined
    let stage: Stage
    let second: BureauProcess
    let clients: readonly HttpClient[] = []
    let running: readonly BureauProcess[] = []

    const begin = async (context: TestContext): Promise<boolean> => {
      if (!hasRedis(context)) return false
      if (redis !== undefined) return true
      redis = await startRedis()
      stage = await startStage({ env: { STATE_STORE: redis.url } })
      second = await another()
      clients = [stage.client, httpClient(second.port)]
      return true
    }
    const another = async (): Promise<BureauProcess> => {
      const started = await startBureau({ env: { ...stage.stack.env, NODE_OPTIONS: '' } })
      running = [...running, started]
      return started
    }
    after(async () => {
      if (redis === undefined) return
      for (const client of clients) client.close()
      for (const process of running) await process.stop()
      await stage.close()
      await redis.stop()
    })
    const clientOf = (nth: number): HttpClient => clients[nth % clients.length] ?? stage.client

    const row = (name: string, run: () => Promise<void>): void => {
      const held = tally.plan('TM11')
      test(`TM11 ${name}`, async (context) => {
        if (!(await begin(context))) return
        await run()
        held()
      })
    }

    row(`${AT_ONCE} times at once over two processes: one success`, async () => {
      const { genuine } = stage.context('once')
      const minted = stage.stack.google.ledger().length
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, nth) => clientOf(nth).post(exchangeForm(genuine))),
      )
      const told = outcomes(answers)
      assert.equal(told.filter((outcome) => outcome === 'accepted').length, 1)
      assert.equal(told.filter((outcome) => outcome === '400 invalid_grant').length, AT_ONCE - 1)
      assert.deepEqual(
        stage.stack.google.ledger(minted).map(({ kind }) => kind),
        ['federated', 'access_token'],
      )
    })

    row('after a restart', async () => {
      const { genuine } = stage.context('once')
      assert.deepEqual(outcomes([await stage.exchange(genuine)]), ['accepted'])
      const third = await another()
      const client = httpClient(third.port)
      clients = [...clients, client]
      const minted = stage.stack.google.ledger().length
      assert.deepEqual(outcomes([await client.post(exchangeForm(genuine))]), ['400 invalid_grant'])
      assert.equal(stage.stack.google.ledger().length, minted)
    })

    row('a use is given back where Google failed', async () => {
      const { genuine } = stage.context('once')
      stage.stack.google.faults.set('sts', { kind: 'html', times: 1 })
      assert.deepEqual(outcomes([await stage.exchange(genuine)]), ['503 temporarily_unavailable'])
      assert.deepEqual(outcomes([await clientOf(1).post(exchangeForm(genuine))]), ['accepted'])
    })

    row('the store is down: refused', async () => {
      const { genuine } = stage.context('once')
      const minted = stage.stack.google.ledger().length
      await redis?.stop()
      for (const client of clients) {
        const answer = await client.post(exchangeForm(genuine))
        assert.deepEqual(outcomes([answer]), ['503 temporarily_unavailable'])
      }
      assert.equal(stage.stack.google.ledger().length, minted)
    })
  })
}

function outcomes(answers: readonly HttpAnswer[]): readonly string[] {
  return answers.map(({ status, body }) => {
    const { error } = JSON.parse(body) as { readonly error?: string }
    return error === undefined ? 'accepted' : `${status} ${error}`
  })
}
