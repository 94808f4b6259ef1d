import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { exchangeAt } from '../../deploy/local/demo/ask.ts'
import type { TokenOrder } from '../../deploy/local/idp/sign.ts'
import { startStack, type Stack } from '../../deploy/local/stack.ts'
import { runCommand } from '../support/run-command.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const GITHUB: TokenOrder = {
  shape: 'github',
  realm: 'github',
  audience: 'https://bureau.example.com',
}

/** What the API of the console answers, as far as these tests look. */
interface Answer {
  readonly issued?: readonly { readonly account: string; readonly requestId: string }[]
  readonly presented?: readonly { readonly kind: string }[]
  readonly events?: readonly { readonly id: string; readonly reason?: string }[]
  readonly trace?: readonly { readonly check: string; readonly state: string }[]
  readonly cloudLogging?: string
}

describe('the console of the local stack', () => {
  let stack: Stack
  let authorization: string

  before(async () => {
    stack = await startStack({ ports: { console: 0 } })
    const page = await (await fetch(stack.console?.signInLink ?? '')).text()
    authorization = `Bearer ${/name="id_token"\s+value="([^"]+)"/.exec(page)?.[1]}`
  })
  after(() => stack.close())

  async function ask(path: string, body?: Readonly<Record<string, string>>): Promise<Answer> {
    const response = await fetch(`${stack.console?.url}${path}`, {
      headers: { authorization },
      ...(body && { method: 'POST', body: new URLSearchParams(body) }),
    })
    assert.equal(response.status, 200, path)
    return (await response.json()) as Answer
  }

  test('knows a token that the bureau just vended, and the one that it was vended for', async () => {
    const subject = await stack.idp.sign(GITHUB)
    const { fields } = await exchangeAt(stack, subject)
    const found = await ask('/api/find', { token: String(fields['access_token']) })
    assert.equal(found.issued?.[0]?.account, 'deployer@acme-prod.iam.gserviceaccount.com')
    const presented = await ask('/api/find', { token: subject })
    assert.deepEqual(
      presented.presented?.map(({ kind }) => kind),
      ['intent', 'issued'],
    )
    const minted = stack.google.ledger().at(-1)
    assert.equal(minted?.requestReason, `bureau:${found.issued?.[0]?.requestId}`)
  })

  test('tells why a request was refused, by the id that its answer gave', async () => {
    const subject = await stack.idp.sign({ ...GITHUB, claims: { event_name: 'pull_request' } })
    const { fields } = await exchangeAt(stack, subject)
    const { events } = await ask(`/api/events?request=${String(fields['request_id'])}`)
    assert.equal(events?.[0]?.reason, 'denied')

    const response = await fetch(`${stack.console?.url}/event?id=${events[0].id}`, {
      headers: { authorization },
    })
    const [command = ''] = /npx bureau policy explain [^<]+/.exec(await response.text()) ?? []
    const words = command.replace('npx bureau', `'${process.execPath}' deploy/cli/bureau.ts`)
    const { stdout, stderr } = await runCommand('bash', ['-c', `cd '${ROOT}' && ${words}`])
    assert.match(stdout, /^REFUSED denied/m, `${command}\n${stderr}`)
    const { trace } = await ask(`/api/event?id=${events?.[0]?.id}`)
    assert.equal(trace?.find(({ state }) => state === 'failed')?.check, 'denials')
  })

  for (const address of ['https://evil.example/', 'http://10.0.0.1/', 'javascript:alert(1)', '']) {
    test(`the sign-in page signs nobody in to ${address || 'nothing'}`, async () => {
      const query = `continue=${encodeURIComponent(address)}`
      const { status } = await fetch(`${stack.google.url}/sign-in?${query}`)
      assert.equal(status, 400)
    })
  }
})
