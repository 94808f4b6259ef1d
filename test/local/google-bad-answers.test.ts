import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { FaultSetting } from '../../deploy/local/loopback/faults.ts'
import { exchangeToken, federatedToken, impersonate, workloadToken } from '../support/federation.ts'
import { DEPLOYER, startGoogleWorld } from '../support/google-world.ts'

const ORDER = { scope: ['https://www.googleapis.com/auth/pubsub'], lifetime: '900s' }

describe("the double's bad answers", () => {
  let world: Awaited<ReturnType<typeof startGoogleWorld>>
  before(async () => {
    world = await startGoogleWorld()
  })
  after(() => world.close())
  afterEach(() => world.google.faults.clear())

  const subjectToken = () => world.idp.sign(workloadToken())

  for (const [claim, fault, field, expected] of [
    [
      'expires_in as text',
      { kind: 'replace', fields: { expires_in: '3599' } },
      'expires_in',
      '3599',
    ],
    ['expires_in below zero', { kind: 'replace', fields: { expires_in: -1 } }, 'expires_in', -1],
  ] as const satisfies readonly (readonly [string, FaultSetting, string, unknown])[]) {
    test(`STS: ${claim}`, async () => {
      world.google.faults.set('sts', fault)
      const { body } = await exchangeToken(world.google.url, await subjectToken())
      assert.equal(body[field], expected)
    })
  }

  for (const [claim, seconds, holds] of [
    ['in the past', -7200, (left: number) => left < 0],
    ['beyond what was asked', 7200, (left: number) => left > 3600],
  ] as const) {
    test(`IAM Credentials: an expireTime ${claim}`, async () => {
      const bearer = await federatedToken(world.google.url, await subjectToken())
      world.google.faults.set('generateAccessToken', {
        kind: 'shift',
        field: 'expireTime',
        seconds,
      })
      const { body } = await impersonate(
        world.google.url,
        bearer,
        DEPLOYER,
        'generateAccessToken',
        ORDER,
      )
      assert.ok(holds((Date.parse(String(body['expireTime'])) - Date.now()) / 1000))
    })
  }

  test('a status of IAM Credentials comes in its envelope, and nothing is minted', async () => {
    const bearer = await federatedToken(world.google.url, await subjectToken())
    const already = world.google.ledger().length
    world.google.faults.set('generateAccessToken', { kind: 'status', status: 503 })
    const { status, body } = await impersonate(
      world.google.url,
      bearer,
      DEPLOYER,
      'generateAccessToken',
      ORDER,
    )
    assert.equal(status, 503)
    assert.deepEqual(body, {
      error: {
        code: 503,
        message: 'The service is currently unavailable.',
        status: 'UNAVAILABLE',
      },
    })
    assert.deepEqual(world.google.ledger(already), [])
  })

  test('an answer that is cut off was minted all the same', async () => {
    const already = world.google.ledger().length
    world.google.faults.set('sts', { kind: 'reset' })
    await assert.rejects(exchangeToken(world.google.url, await subjectToken()))
    assert.equal(world.google.ledger(already).length, 1)
  })
})
