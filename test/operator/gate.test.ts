import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { createKeyStore } from '../../shared/keys/key-store.ts'
import { createOperatorGate, type OperatorRules } from '../../shared/operator/gate.ts'
import { getOnLoopback, serveKeys, type KeyServer } from '../support/key-server.ts'
import { makeSigner, type Signer } from '../support/keys.ts'
import { aTrail } from '../support/policy.ts'
import { rejectionOf } from '../support/refusals.ts'

const NOW = 1_750_000_000
const now = () => NOW * 1000
const CONSOLE = 'https://console.example.com'
const BACKEND = '/projects/1/global/backendServices/2'
const OPERATOR = 'operator@acme.example'

const google = makeSigner('RS256', 'g1')
const iap = makeSigner('ES256', 'i1')
let googleKeys: KeyServer
let iapKeys: KeyServer
before(async () => {
  // Keys of the wrong kind stand beside the right one: the algorithm is the gate's to choose.
  googleKeys = await serveKeys(google.publicJwk, iap.publicJwk)
  iapKeys = await serveKeys(iap.publicJwk, google.publicJwk)
})
after(async () => {
  await googleKeys.close()
  await iapKeys.close()
})

type Members = Readonly<Record<string, unknown>>

function token(claims: Members, signer: Signer = google): string {
  const { alg, kid } = signer
  const base = {
    iss: 'https://accounts.google.com',
    aud: CONSOLE,
    sub: '100000000000000000001',
    email: OPERATOR,
    email_verified: true,
    iat: NOW,
    exp: NOW + 3600,
  }
  return signer.sign({ alg, kid, typ: 'JWT' }, { ...base, ...claims })
}

function assertion(claims: Members = {}, signer: Signer = iap): string {
  const iss = 'https://cloud.google.com/iap'
  return token({ iss, aud: BACKEND, email_verified: undefined, ...claims }, signer)
}

const bearer = (text: string): IncomingHttpHeaders => ({ authorization: `Bearer ${text}` })
const byIap = (text: string): IncomingHttpHeaders => ({ 'x-goog-iap-jwt-assertion': text })

/** What a gate with these rules says: the operator's e-mail, or the reason of its no. */
async function verdict(headers: IncomingHttpHeaders, rules: Partial<OperatorRules> = {}) {
  const gate = createOperatorGate(
    {
      publicUrl: CONSOLE,
      operators: [OPERATOR],
      certsUrl: `${googleKeys.origin}/jwks`,
      iapAudience: BACKEND,
      iapCertsUrl: `${iapKeys.origin}/jwks`,
      ...rules,
    },
    { keys: createKeyStore({ get: getOnLoopback, now, random: () => 0 }), now },
  )
  let email: string | undefined
  const refusal = await rejectionOf(
    gate(headers, aTrail()).then((operator) => void ({ email } = operator)),
  )
  return refusal?.reason ?? email
}

interface Case {
  readonly claim: string
  readonly headers: () => IncomingHttpHeaders
  readonly rules?: Partial<OperatorRules>
  readonly says: string
}

const GOOGLE_TOKENS: readonly Case[] = [
  { claim: 'an operator', headers: () => bearer(token({})), says: OPERATOR },
  {
    claim: 'an operator in capitals',
    headers: () => bearer(token({ email: OPERATOR.toUpperCase() })),
    says: OPERATOR,
  },
  ...[undefined, false, 'true', 1, [true]].map((verified) => ({
    claim: `an e-mail whose verification is ${JSON.stringify(verified)}`,
    headers: () => bearer(token({ email_verified: verified })),
    says: 'not_operator',
  })),
  ...['deployer@acme-prod.iam.gserviceaccount.com', `x${OPERATOR}`, `${OPERATOR}.evil`].map(
    (email) => ({
      claim: `the verified ${email}`,
      headers: () => bearer(token({ email })),
      says: 'not_operator',
    }),
  ),
  ...['https://bureau.example.com', `${CONSOLE}/`, `${CONSOLE}.evil.example`, BACKEND].map(
    (aud) => ({
      claim: `a token for ${aud}`,
      headers: () => bearer(token({ aud })),
      says: 'unauthenticated',
    }),
  ),
  {
    claim: 'a token of another issuer by the same key',
    headers: () => bearer(token({ iss: 'https://cloud.google.com/iap' })),
    says: 'unauthenticated',
  },
  {
    claim: 'a token by an EC key of the same set',
    headers: () => bearer(token({}, iap)),
    says: 'unauthenticated',
  },
  {
    claim: 'a token of the day before',
    headers: () => bearer(token({ iat: NOW - 86_400, exp: NOW - 82_800 })),
    says: 'unauthenticated',
  },
  { claim: 'no token', headers: () => ({}), says: 'unauthenticated' },
  {
    claim: 'a token by Basic',
    headers: () => ({ authorization: `Basic ${token({})}` }),
    says: 'unauthenticated',
  },
  {
    claim: 'anybody where OPERATORS is empty',
    headers: () => bearer(token({})),
    rules: { operators: [] },
    says: 'not_operator',
  },
  {
    claim: 'an operator while Google’s keys cannot be had',
    headers: () => bearer(token({})),
    rules: { certsUrl: 'http://127.0.0.1:1/jwks' },
    says: 'provider_unavailable',
  },
]

const IAP_ASSERTIONS: readonly Case[] = [
  { claim: 'an operator', headers: () => byIap(assertion()), says: OPERATOR },
  {
    claim: 'somebody else',
    headers: () => byIap(assertion({ email: 'visitor@acme.example' })),
    says: 'not_operator',
  },
  {
    claim: 'an assertion by an RSA key of the same set',
    headers: () => byIap(assertion({}, google)),
    says: 'unauthenticated',
  },
  {
    claim: 'an assertion for another backend',
    headers: () => byIap(assertion({ aud: `${BACKEND}2` })),
    says: 'unauthenticated',
  },
  {
    claim: 'a Google-signed ID token in the place of an assertion',
    headers: () => byIap(token({})),
    says: 'unauthenticated',
  },
  {
    claim: 'an assertion in the place of a bearer token',
    headers: () => bearer(assertion()),
    says: 'unauthenticated',
  },
  {
    claim: 'an assertion where no audience of IAP is set',
    headers: () => byIap(assertion()),
    rules: { iapAudience: undefined },
    says: 'unauthenticated',
  },
  {
    claim: 'a Google-signed ID token in the header of an IAP that is not set',
    headers: () => byIap(token({})),
    rules: { iapAudience: undefined },
    says: 'unauthenticated',
  },
  {
    claim: 'a bad assertion beside a good bearer token',
    headers: () => ({ ...bearer(token({})), ...byIap(assertion({ aud: CONSOLE })) }),
    says: 'unauthenticated',
  },
]

for (const [kind, cases] of [
  ['by Google’s ID token', GOOGLE_TOKENS],
  ['by IAP’s assertion', IAP_ASSERTIONS],
] as const) {
  describe(kind, () => {
    for (const { claim, headers, rules, says } of cases) {
      test(`${claim}: ${says}`, async () => assert.equal(await verdict(headers(), rules), says))
    }
  })
}
