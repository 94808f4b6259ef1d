import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addresseeOf } from '../../shared/token/audience.ts'
import { aProvider } from '../support/policy.ts'
import { reasonOf } from '../support/refusals.ts'

const POOL = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers'
const EAST = aProvider({
  id: 'east',
  audiences: new Set(['east', 'both']),
  resourceName: `${POOL}/east`,
})
const WEST = aProvider({
  id: 'west',
  audiences: new Set(['west', 'both']),
  resourceName: `${POOL}/west`,
})

/** `aud` of the token, the provider that the request names, and who is chosen. */
const ROWS: readonly (readonly [
  aud: readonly string[],
  wanted: string | undefined,
  chosen: string | undefined,
])[] = [
  [['east'], undefined, 'east'],
  [['west'], undefined, 'west'],
  [['other', 'west'], undefined, 'west'],
  [['other'], undefined, undefined],
  [['both'], undefined, undefined],
  [['east', 'west'], undefined, undefined],
  [['both'], `${POOL}/west`, 'west'],
  [['east', 'west'], `${POOL}/east`, 'east'],
  [['east'], `${POOL}/west`, undefined],
  [['east'], `${POOL}/elsewhere`, 'east'],
  [['both'], `${POOL}/elsewhere`, undefined],
  [['East'], undefined, undefined],
]

for (const [aud, wanted, chosen] of ROWS) {
  test(`aud ${aud.join()} with ${wanted ?? 'no provider'} named: ${chosen ?? 'audience'}`, () => {
    let id: string | undefined
    const reason = reasonOf(() => {
      id = addresseeOf([EAST, WEST], aud, wanted).provider.id
    })
    assert.deepEqual([id, reason], [chosen, chosen === undefined ? 'audience' : undefined])
  })
}

test('the value that matched is told', () => {
  assert.equal(addresseeOf([EAST], ['other', 'both'], undefined).audience, 'both')
})

test('a provider without a resource name is never what an absent name means', () => {
  const nameless = aProvider({ id: 'nameless', resourceName: undefined })
  assert.equal(
    reasonOf(() =>
      addresseeOf([nameless, EAST], ['https://bureau.example.com', 'east'], undefined),
    ),
    'audience',
  )
})
