import { describe } from 'node:test'
import assert from 'node:assert/strict'
import { BAD_ISSUERS } from '../support/attacks/bad-answers.ts'
import type { Issuers } from '../support/attacks/issuers.ts'
import { KEY_SET_ATTACKS } from '../support/attacks/key-sets.ts'
import type { ProviderChange } from '../support/attacks/policy.ts'
import { attack, type Siege } from '../support/attacks/siege.ts'
import type { Tally } from '../support/attacks/tally.ts'

/** Addresses of keys that a careless policy could name; the guard alone stands before them. */
const FORBIDDEN_ADDRESSES = [
  'https://10.0.0.1/jwks',
  'https://169.254.169.254/jwks',
  'https://[fd00:ec2::254]/jwks',
  'https://[::ffff:a9fe:a9fe]/jwks',
  'https://metadata.google.internal/jwks',
] as const

/** A provider for each construction, since key sets are remembered; publishes what is known now. */
export function issuerProviders(
  canary: string,
  issuers: Issuers,
): Readonly<Record<string, ProviderChange>> {
  const names = [
    ...KEY_SET_ATTACKS.map((_row, index) => `keys-${index}`),
    ...BAD_ISSUERS.map(({ publish }, index) => {
      issuers.publish(`issuer-${index}`, publish(canary))
      return `issuer-${index}`
    }),
    'emptied',
  ]
  return {
    ...Object.fromEntries(names.map((name) => [name, {}])),
    ...Object.fromEntries(
      FORBIDDEN_ADDRESSES.map((jwksUri, index) => [`address-${index}`, { keys: { jwksUri } }]),
    ),
  }
}

/** Hostile identity providers: their keys, their documents, their addresses. */
export function issuerAttacks(tally: Tally, siege: () => Siege): void {
  describe('hostile identity providers', () => {
    for (const [index, { id, name, reason, build }] of KEY_SET_ATTACKS.entries()) {
      attack(tally, id, name, siege, async ({ stage, refused }) => {
        const { keys, make } = build()
        stage.issuers.publish(`keys-${index}`, { keys })
        const token = make(stage.context(`keys-${index}`))
        await refused({ reason, sent: [token] }, await stage.exchange(token))
      })
    }

    for (const [index, { id, name }] of BAD_ISSUERS.entries()) {
      attack(tally, id, name, siege, async ({ stage, refused }) => {
        const { genuine } = stage.context(`issuer-${index}`)
        const answer = await stage.exchange(genuine)
        assert.match(String(answer.headers['retry-after']), /^[1-9][0-9]?$/)
        await refused({ reason: 'provider_unavailable', sent: [genuine] }, answer)
      })
    }

    for (const [index, address] of FORBIDDEN_ADDRESSES.entries()) {
      attack(tally, 'IS08', `keys at ${address}`, siege, async ({ stage, refused }) => {
        const { genuine } = stage.context(`address-${index}`)
        const answer = await stage.exchange(genuine)
        await refused({ reason: 'provider_unavailable', sent: [genuine] }, answer)
      })
    }

    attack(tally, 'IS15', 'an empty set after a good one', siege, async ({ stage, refused }) => {
      const { issuers, parties, exchange } = stage
      issuers.publish('emptied', { keys: [parties.a.signer.publicJwk] })
      const before = await exchange(stage.context('emptied').genuine)
      // The keys are good and the grants name no such provider: nothing is minted either way.
      await refused({ reason: 'no_grant' }, before)
      issuers.publish('emptied', { keys: [] })
      const { sign, header, base, genuine } = stage.context('emptied')
      const unknown = sign({ ...header, kid: 'k9' }, base)
      await refused({ reason: 'kid', sent: [unknown] }, await exchange(unknown))
      await refused({ reason: 'kid', sent: [genuine] }, await exchange(genuine))
    })
  })
}
