import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { answersIn, sendRaw } from '../support/raw-http.ts'
import type { HttpAnswer } from '../support/attacks/http-client.ts'
import { attack, beginSiege, type Siege } from '../support/attacks/siege.ts'
import { exchangeForm, startStage, type Stage } from '../support/attacks/stage.ts'
import type { Tally } from '../support/attacks/tally.ts'

/** Requests a minute and address; the warm-up and each base take some. */
const LIMIT = 100
const SPOOFED = 1_000
const FORM = 'application/x-www-form-urlencoded'

/** An address that the proxy in front wrote, after whatever its client wrote there. */
function forwarded(own: string, spoofed?: string): Record<string, string> {
  return {
    'content-type': FORM,
    'x-forwarded-for': spoofed === undefined ? own : `${spoofed}, ${own}`,
  }
}

/** More requests than a caller may send. */
export function limitAttacks(tally: Tally): void {
  describe('hostile numbers', { concurrency: 1 }, () => {
    let stage: Stage
    let siege: Siege
    before(async () => {
      stage = await startStage({ env: { TRUSTED_HOPS: '1', RATE_LIMIT_PER_MINUTE: String(LIMIT) } })
      siege = await beginSiege(stage)
    })
    after(() => stage.close())

    const refusedAsLimited = async (answer: HttpAnswer): Promise<void> => {
      assert.match(String(answer.headers['retry-after']), /^[1-9][0-9]?$/)
      assert.match(String(answer.headers['ratelimit']), /r=0/)
      await siege.refused({ reason: 'rate_limited' }, answer)
    }

    attack(
      tally,
      'HT12',
      '1,000 spoofed addresses',
      () => siege,
      async () => {
        const body = new URLSearchParams(exchangeForm('x.y.z')).toString()
        const answers = await Promise.all(
          Array.from({ length: SPOOFED }, (_, nth) =>
            stage.client.send({
              headers: forwarded('198.51.100.7', `203.0.113.${nth % 256}, 10.0.${nth >> 8}.1`),
              body,
            }),
          ),
        )
        const limited = answers.filter(({ status }) => status === 429)
        assert.equal(limited.length, SPOOFED - LIMIT, 'limited as one client')
        for (const answer of limited.slice(0, 5)) await refusedAsLimited(answer)
      },
    )

    attack(
      tally,
      'HT12',
      'addresses of one IPv6 network',
      () => siege,
      async () => {
        const answers = await Promise.all(
          Array.from({ length: LIMIT + 1 }, (_, nth) =>
            stage.client.send({
              headers: forwarded(`2001:4860:1:2::${nth.toString(16)}`),
              body: '',
            }),
          ),
        )
        assert.equal(answers.filter(({ status }) => status === 429).length, 1)
      },
    )

    attack(
      tally,
      'HT16',
      'deep JSON over the limit',
      () => siege,
      async () => {
        const deep = '['.repeat(32_000)
        await refusedAsLimited(
          await stage.client.send({
            headers: { ...forwarded('198.51.100.7'), 'content-type': 'application/json' },
            body: deep,
          }),
        )
      },
    )

    attack(
      tally,
      'HT16',
      'a body that is never asked for',
      () => siege,
      async () => {
        const text = await sendRaw(
          stage.stack.bureau.port,
          [
            'POST /v1/token HTTP/1.1',
            'Host: x',
            'X-Forwarded-For: 198.51.100.7',
            `Content-Type: ${FORM}`,
            'Content-Length: 60000',
            'Expect: 100-continue',
            'Connection: close',
            '',
            '',
          ].join('\r\n'),
        )
        assert.doesNotMatch(text, /100 Continue/)
        const [answer] = answersIn(text)
        assert.ok(answer)
        await refusedAsLimited(answer)
      },
    )
  })
}

const UNKNOWN = 10_000
/** Requests under way at once. */
const ABREAST = 32
/** Milliseconds between two fetches that an unknown kid may cause. */
const COOLDOWN = 10_000

/** Kids that nobody has, by the thousand: the last of a siege, since its records are sampled. */
export function kidFlood(tally: Tally, siege: () => Siege): void {
  describe('a flood of unknown kids', () => {
    attack(tally, 'IS17', '10,000 in a minute', siege, async ({ stage }) => {
      const { a } = stage.parties
      const { header, base } = stage.context()
      const [, payload, signature] = a.signer.sign(header, base).split('.')
      const fetches = stage.issuers.fetches('alpha')
      const started = performance.now()
      const flood = Array.from({ length: ABREAST }, async (_, lane) => {
        for (let nth = lane; nth < UNKNOWN; nth += ABREAST) {
          const unknown = JSON.stringify({ ...header, kid: `unknown-${nth}` })
          const token = `${Buffer.from(unknown).toString('base64url')}.${payload}.${signature}`
          const { status, body } = await stage.exchange(token)
          assert.equal(status, 400)
          assert.match(body, /^\{"error":"invalid_grant",/)
        }
      })
      await Promise.all(flood)
      const allowed = 1 + Math.ceil((performance.now() - started) / COOLDOWN)
      assert.ok(stage.issuers.fetches('alpha') - fetches <= allowed)
    })
  })
}
