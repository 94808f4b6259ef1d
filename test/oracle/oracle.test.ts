import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LOOKALIKES } from '../support/attacks/claims.ts'
import { attackContext, makeParties, SUBJECT } from '../support/attacks/context.ts'
import { TOKEN_ATTACKS } from '../support/attacks/corpus.ts'
import { ACCOUNT, READ_ONLY, SERVICE } from '../support/attacks/policy.ts'
import { REQUEST_ATTACKS } from '../support/attacks/request-table.ts'
import { RESPELT_ATTACKS } from '../support/attacks/respellings.ts'
import { exchangeForm } from '../support/attacks/stage.ts'
import type { Signer } from '../support/keys.ts'
import { judge } from './oracle.ts'
import type { ProviderRule, PublishedKey, RawRequest, Rules } from './rules.ts'
import type { Verdict } from './verdict.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const parties = makeParties({
  a: 'http://127.0.0.1:1/alpha',
  b: 'http://127.0.0.1:1/beta',
  es: 'http://127.0.0.1:1/elliptic',
  audience: 'https://bureau.example.com',
  canary: 'http://127.0.0.1:2',
})

function keyOf({ kid, alg, publicKey: key }: Signer): PublishedKey {
  return { kid, alg, key }
}

function providerOf(id: string, issuer: string, ...signers: readonly Signer[]): ProviderRule {
  return {
    id,
    issuer,
    audiences: [parties.audience],
    algorithms: signers.map(({ alg }) => alg),
    maxTokenAge: 3600,
    keys: signers.map(keyOf),
    map: ({ sub, groups, repository_id }) => ({
      subject: sub,
      groups,
      attributes: { repository_id },
    }),
    condition: () => true,
  }
}

const RULES: Rules = {
  providers: [
    providerOf('alpha', parties.a.issuer, parties.a.signer, parties.a.second),
    providerOf('beta', parties.b.issuer, parties.b.signer),
    providerOf('elliptic', parties.es.issuer, parties.es.signer),
  ],
  grants: [
    {
      id: 'deploy',
      members: [`alpha:subject/${SUBJECT}`, `elliptic:subject/${SUBJECT}`, 'alpha:group/admin'],
      account: ACCOUNT,
      access: { scopes: [READ_ONLY], maxLifetime: 900 },
      idAudiences: [SERVICE],
    },
  ],
  denials: [],
}

const context = () => attackContext(parties, Math.floor(Date.now() / 1000))

function judged(request: Partial<RawRequest>): Verdict {
  const whole = { method: 'POST', target: '/v1/token', headers: FORM, body: Buffer.alloc(0) }
  return judge({ ...whole, ...request }, RULES, Date.now() / 1000)
}

function judgedToken(token: string): Verdict {
  return judged({ body: Buffer.from(new URLSearchParams(exchangeForm(token)).toString()) })
}

describe('the judge', () => {
  test('accepts the base of the corpus', () => {
    assert.deepEqual(judgedToken(context().genuine), {
      accepted: true,
      mint: { kind: 'access_token', account: ACCOUNT, scopes: [READ_ONLY], lifetime: 900 },
    })
  })

  for (const { id, name, make } of [...TOKEN_ATTACKS, ...RESPELT_ATTACKS, ...LOOKALIKES]) {
    test(`refuses ${id} ${name}`, () => {
      assert.equal(judgedToken(make(context())).accepted, false)
    })
  }

  // Conditions of other issuers are not among these rules.
  for (const { id, name, make } of REQUEST_ATTACKS.filter(({ issuer }) => issuer === undefined)) {
    test(`refuses ${id} ${name}`, () => {
      const base = context()
      const { headers = FORM, body = '' } = make(base.genuine, base)
      assert.equal(judged({ headers, body: Buffer.from(body) }).accepted, false)
    })
  }
})
