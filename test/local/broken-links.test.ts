import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { exchangeAt, type Answer } from '../../deploy/local/demo/ask.ts'
import type { GoogleConfig } from '../../deploy/local/google/config.ts'
import type { TokenOrder } from '../../deploy/local/idp/sign.ts'
import { startStack, type Stack } from '../../deploy/local/stack.ts'

const GITHUB: TokenOrder = {
  shape: 'github',
  realm: 'github',
  audience: 'https://bureau.example.com',
}

/** One broken link each, and what the caller and the record say; no account's token is minted. */
const BROKEN: readonly {
  readonly link: string
  readonly google?: (side: GoogleConfig) => GoogleConfig
  readonly policy?: (text: string) => string
  readonly order?: TokenOrder
  readonly parameters?: Readonly<Record<string, string>>
  readonly status: number
  readonly error: string
  readonly reason: string
}[] = [
  {
    link: "the identity provider's key",
    order: { header: { kid: 'unknown' } },
    status: 400,
    error: 'invalid_grant',
    reason: 'kid',
  },
  {
    link: "the provider's condition",
    order: { claims: { repository_owner_id: '6666' } },
    status: 400,
    error: 'unauthorized_client',
    reason: 'condition',
  },
  {
    link: 'the grant',
    order: { claims: { ref: 'refs/heads/dev' } },
    status: 400,
    error: 'invalid_target',
    reason: 'no_grant',
  },
  {
    link: 'the scope',
    parameters: { scope: 'https://www.googleapis.com/auth/cloud-platform' },
    status: 400,
    error: 'invalid_scope',
    reason: 'scope',
  },
  {
    link: "Google's pool",
    google: (side) => ({ ...side, providers: [] }),
    status: 400,
    error: 'unauthorized_client',
    reason: 'upstream_denied',
  },
  {
    link: "Google's binding",
    google: (side) => ({
      ...side,
      accounts: (side.accounts ?? []).map((account) => ({ ...account, bindings: [] })),
    }),
    status: 400,
    error: 'unauthorized_client',
    reason: 'upstream_denied',
  },
]

describe('a broken link lets nothing through', () => {
  let stack: Stack
  let side: GoogleConfig
  before(async () => {
    stack = await startStack({
      google: (derived) => {
        side = derived
        return derived
      },
    })
  })
  after(() => stack.close())

  const recordOf = async ({ fields }: Answer): Promise<Record<string, unknown>> => {
    const line = await stack.bureau.line((text) => {
      const { request_id: id, reason } = fieldsOf(text)
      return id === fields['request_id'] && reason !== undefined
    })
    return fieldsOf(line)
  }

  for (const row of BROKEN) {
    test(row.link, async () => {
      stack.google.configure(row.google?.(side) ?? side)
      const already = stack.google.ledger().length
      const token = await stack.idp.sign({ ...GITHUB, ...row.order })
      const answer = await exchangeAt(stack, token, row.parameters)
      assert.equal(answer.status, row.status)
      assert.equal(answer.fields['error'], row.error)
      const minted = stack.google.ledger(already).filter(({ kind }) => kind !== 'federated')
      assert.deepEqual(minted, [])
      assert.equal((await recordOf(answer))['reason'], row.reason)
    })
  }

  test("Google's token service is down", async () => {
    stack.google.configure(side)
    stack.google.faults.set('sts', { kind: 'status', status: 503 })
    const answer = await exchangeAt(stack, await stack.idp.sign(GITHUB))
    stack.google.faults.clear()
    assert.equal(answer.status, 503)
    assert.equal((await recordOf(answer))['reason'], 'upstream')
  })
})

function fieldsOf(line: string): Record<string, unknown> {
  return line.startsWith('{') ? JSON.parse(line) : {}
}
