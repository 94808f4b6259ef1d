import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CONSOLE_ROUTES } from '../../shared/console/routes.ts'
import { DAY, HOUR, type Happening } from '../support/audit-history.ts'
import { outcomeOf } from '../support/log-lines.ts'
import { startConsoleWorld, storeHistory, type ConsoleWorld } from '../support/console-world.ts'

const NOW = Date.now()
const VAULT = 'vault@acme.iam.gserviceaccount.com'
const LEAKED = 'head.body.leaked'

const HISTORY: readonly Happening[] = [
  { at: NOW - 100 * DAY, subject: 'retired' },
  { at: NOW - 5 * HOUR, account: VAULT, grant: 'vault', token: LEAKED },
  { at: NOW - 4 * HOUR, refused: 'no_grant', subject: '=1+1' },
  { at: NOW - 60_000, account: VAULT, provider: 'partner', subject: 'feeder' },
]

let world: ConsoleWorld
before(async () => {
  world = await startConsoleWorld((store) => storeHistory(store, HISTORY, false))
})
after(() => world.close())

const PUBLIC = new Set(['/console.css', '/console.js', '/icon.svg', '/health', '/ready'])
const PRIVATE = CONSOLE_ROUTES.filter(({ path }) => !PUBLIC.has(path) && path !== '/sign-out')

describe('the second lock', () => {
  for (const { method, path } of PRIVATE) {
    test(`${method} ${path} is for nobody without a token`, async () => {
      const ask = method === 'GET' ? world.get(path, {}) : world.post(path, { token: 'x' }, {})
      const { status } = await ask
      assert.ok(status === 401 || (method === 'POST' && status === 400), String(status))
    })
  }

  const REFUSED: readonly (readonly [string, Readonly<Record<string, unknown>>, number])[] = [
    ['for another address', { aud: 'https://bureau.example.com' }, 401],
    ['of another issuer', { iss: 'https://evil.example' }, 401],
    ['that is over', { iat: 1_700_000_000, exp: 1_700_003_600 }, 401],
    ['of somebody else', { email: 'visitor@acme.example' }, 403],
    ['of an e-mail that nobody verified', { email_verified: false }, 403],
    ['without an e-mail', { email: undefined }, 403],
  ]
  for (const [what, claims, status] of REFUSED) {
    test(`a token ${what} opens nothing`, async () => {
      const authorization = `Bearer ${await world.idToken(claims)}`
      const response = await world.get('/api/events', { authorization })
      assert.equal(response.status, status)
      assert.equal((await response.text()).includes('feeder'), false)
    })
  }

  test('IAP’s header counts for nothing where no audience is set', async () => {
    const headers = { 'x-goog-iap-jwt-assertion': await world.idToken() }
    assert.equal((await world.get('/', headers)).status, 401)
  })

  test('a person is told where to sign in, a program in JSON why not', async () => {
    const page = await world.get('/', { accept: 'text/html' })
    assert.equal(page.status, 401)
    assert.match(await page.text(), /href="http:\/\/127\.0\.0\.1:\d+\/sign-in\?continue=/)
    const answer = await world.get('/api/events', { accept: 'text/html' })
    const told = (await answer.json()) as { error: string; sign_in: string }
    assert.equal(told.error, 'invalid_token')
    assert.match(told.sign_in, /^http:\/\/127\.0\.0\.1:\d+\/sign-in\?continue=/)
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
  })

  test('a program is told what was wrong with its question, once it is known to be an operator’s', async () => {
    for (const [path, detail] of [
      ['/api/events?from=foo', 'from is no moment of time'],
      ['/api/events?acount=nobody', 'acount is no filter'],
      ['/api/live?eyJhbGciOi.x.y', 'a parameter is no filter'],
      ['/events.jsonl?acount=nobody', 'acount is no filter'],
    ] as const) {
      const answer = await world.get(path)
      const body = (await answer.json()) as { error: string; detail?: string }
      assert.partialDeepStrictEqual(body, { error: 'invalid_request', detail })
      assert.equal(answer.status, 400)
      const stranger = await (await world.get(path, {})).text()
      assert.equal(stranger.includes(detail), false)
    }
    assert.equal((await world.get('/events?gcp-iap-mode=x')).status, 200)
  })

  test('each request leaves a line with its operator and its reason, and no query', async () => {
    const told = async (response: Response) => {
      await response.text()
      return outcomeOf(world.console, response.headers.get('x-request-id') ?? '')
    }
    assert.partialDeepStrictEqual(await told(await world.get('/events?subject=who-is-it')), {
      severity: 'INFO',
      message: 'GET /events 200',
      operator: 'operator@acme.example',
    })
    assert.partialDeepStrictEqual(await told(await world.get('/events?show=nonsense')), {
      severity: 'NOTICE',
      status: 400,
      reason: 'request',
      operator: 'operator@acme.example',
    })
    assert.partialDeepStrictEqual(await told(await world.get('/', { authorization: 'Bearer x' })), {
      severity: 'NOTICE',
      status: 401,
      reason: 'unauthenticated',
    })
    assert.partialDeepStrictEqual(await told(await world.get('/console.css', {})), { status: 200 })
    assert.equal(world.console.stdout().join('\n').includes('who-is-it'), false)
  })
})

describe('forms', () => {
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }

  test('a session begins with a token that the sign-in page posts, and only for an operator', async () => {
    const headers = { origin: world.google.url, 'sec-fetch-site': 'same-site' }
    const begun = await world.post('/session', { id_token: await world.idToken() }, headers)
    assert.equal(begun.status, 303)
    assert.equal(begun.headers.get('location'), '/')
    const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
    assert.equal((await world.get('/', { cookie })).status, 200)

    const stranger = await world.idToken({ email: 'visitor@acme.example' })
    const refused = await world.post('/session', { id_token: stranger }, headers)
    assert.equal(refused.status, 403)
    assert.equal(refused.headers.get('set-cookie'), null)
  })

  test('another site can neither begin a session nor end one nor look a token up', async () => {
    const id_token = await world.idToken()
    const cookie = `token_bureau_console=${id_token}`
    for (const path of ['/session', '/sign-out', '/found', '/api/find', '/verify']) {
      const response = await world.post(path, { id_token, token: LEAKED }, { ...evil, cookie })
      assert.equal(response.status, 400, path)
      assert.equal(response.headers.get('set-cookie'), null)
    }
  })

  test('GET changes nothing', () => {
    const changing = new Set(['session', 'sign-out', 'verify', 'found', 'api-find'])
    for (const { name, method } of CONSOLE_ROUTES) {
      assert.equal(method, changing.has(name) ? 'POST' : 'GET', name)
    }
  })
})

describe('answers', () => {
  test('pages run nothing but the console’s own files, and nobody keeps or frames them', async () => {
    const { headers } = await world.get('/')
    const policy = headers.get('content-security-policy') ?? ''
    assert.equal(
      policy,
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  })

  test('the API gives what the page shows, by the same filters', async () => {
    const query = `?show=issued&account=${encodeURIComponent(VAULT)}`
    const answer = (await (await world.get(`/api/events${query}`)).json()) as {
      readonly events: readonly { readonly id: string; readonly subject: string }[]
    }
    const page = await (await world.get(`/events${query}`)).text()
    assert.deepEqual(
      answer.events.map(({ subject }) => subject),
      ['feeder', 'alice'],
    )
    for (const { id } of answer.events) assert.ok(page.includes(id))
    assert.equal(page.match(/<tr>/g)?.length, 1 + answer.events.length)
  })

  test('a list goes on where the page before it ended, to the last event', async () => {
    const seen: string[] = []
    let cursor: string | undefined = ''
    while (cursor !== undefined) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`
      const answer = await world.get(`/api/events?show=all&limit=3${more}`)
      const page = (await answer.json()) as {
        readonly events: readonly { readonly id: string }[]
        readonly next?: string
      }
      seen.push(...page.events.map(({ id }) => id))
      cursor = page.next
    }
    // Three requests with an intent and an outcome, one refusal, the opening checkpoint.
    assert.equal(seen.length, 8)
    assert.equal(new Set(seen).size, 8)
  })

  for (const path of ['/events?cursor=x', '/events?limit=0', '/event?id=%3C', '/access?page=0']) {
    test(`${path} is refused, and a signed-in person is told why`, async () => {
      const authorization = `Bearer ${await world.idToken()}`
      const response = await world.get(path, { authorization, accept: 'text/html' })
      assert.equal(response.status, 400)
      assert.match(await response.text(), /What was wrong/)
    })
  }

  test('an event that does not exist is not found', async () => {
    assert.equal((await world.get('/event?id=0198c0de')).status, 404)
  })

  test('an export is whole, and no cell of it is a formula', async () => {
    const csv = await world.get('/events.csv?show=all')
    assert.match(csv.headers.get('content-disposition') ?? '', /^attachment; filename="events-/)
    const rows = (await csv.text()).split('\r\n')
    assert.equal(rows.length, 1 + 8 + 1)
    assert.match(rows[0] ?? '', /^time,kind,status,reason,/)
    assert.ok(rows.some((row) => row.includes(",'=1+1,")))

    const jsonl = await (await world.get('/events.jsonl?show=all')).text()
    const records = jsonl.trimEnd().split('\n')
    assert.equal(records.length, 8)
    for (const record of records) assert.equal(JSON.parse(record).specversion, '1.0')
  })

  test('a record is saved as it was written', async () => {
    const { events } = (await (await world.get('/api/events?limit=1')).json()) as {
      readonly events: readonly { readonly id: string; readonly chainSeq: number }[]
    }
    const [event] = events
    const record = await (await world.get(`/event.json?id=${event?.id}`)).json()
    assert.partialDeepStrictEqual(record, { id: event?.id, chainseq: event?.chainSeq })
  })

  test('a token is found by its string alone, whether it was issued or presented', async () => {
    const presented = (await (await world.post('/api/find', { token: LEAKED })).json()) as {
      readonly issued: readonly unknown[]
      readonly presented: readonly { readonly account: string }[]
    }
    assert.equal(presented.issued.length, 0)
    assert.equal(presented.presented.at(-1)?.account, VAULT)

    const token = ` ya29.minted.${NOW - 60_000}\n`
    const issued = (await (await world.post('/api/find', { token })).json()) as {
      readonly issued: readonly { readonly subject: string }[]
    }
    assert.equal(issued.issued[0]?.subject, 'feeder')
    assert.equal(world.console.stdout().join('\n').includes('ya29.minted'), false)

    const unknown = await (await world.post('/found', { token: 'ya29.somebody-else' })).text()
    assert.match(unknown, /No record knows this token/)
    assert.equal(unknown.includes('somebody-else'), false)
  })

  test('who can use what at this moment', async () => {
    const live = (await (await world.get('/api/live?provider=partner')).json()) as {
      readonly holders: readonly { readonly subject: string; readonly tokens: number }[]
    }
    assert.partialDeepStrictEqual(live.holders, [{ subject: 'feeder', tokens: 1 }])
  })

  test('what was not used for 90 days', async () => {
    const answer = await world.get('/api/access?unused=1')
    const { rows } = (await answer.json()) as { readonly rows: readonly { subject: string }[] }
    assert.deepEqual(
      rows.map(({ subject }) => subject),
      ['retired'],
    )
  })
})
