import assert from 'node:assert/strict'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import request from 'supertest'
import { startBureauToFile } from '../support/bureau-to-file.ts'
import { assertNoToken } from '../support/canary.ts'
import { logLines, type LogLine } from '../support/log-lines.ts'
import { serve } from '../support/loopback-server.ts'
import { startScene } from '../support/scene.ts'
import { exchangeAt, exchangeOf, FOR_ID_TOKEN } from '../support/token-exchange.ts'

/** What stood in the log when Google was asked, by the request's id. */
const seenByGoogle = new Map<string, readonly LogLine[]>()

const scene = await startScene()
/** A way to Google that looks into the log on the way. */
const google = await serve((incoming, response) => {
  void (async () => {
    const [, requestId = ''] = String(incoming.headers['x-goog-request-reason']).split('bureau:')
    seenByGoogle.set(requestId, ofRequest(requestId))
    const { method = '', url = '', headers } = incoming
    const forwarded = await fetch(`${scene.google.url}${url}`, {
      method,
      headers: Object.entries(headers).filter(
        ([name, value]) => name !== 'host' && name !== 'connection' && typeof value === 'string',
      ) as [string, string][],
      body: await text(incoming),
    })
    response.writeHead(forwarded.status, { 'content-type': 'application/json' })
    response.end(await forwarded.text())
  })()
})
const bureau = await startBureauToFile(join(dirname(scene.policyFile), 'stdout'), {
  ...scene.env,
  STS_URL: google.origin,
  IAM_CREDENTIALS_URL: google.origin,
  GOOGLE_CLOUD_PROJECT: 'acme-prod',
})
after(async () => {
  await bureau.stop()
  await google.close()
  await scene.close()
})

function ofRequest(requestId: string): readonly LogLine[] {
  return logLines(bureau.written()).filter(({ request_id }) => request_id === requestId)
}

const outcomes = (lines: readonly LogLine[]) =>
  lines.map(({ severity, reason, status }) => ({ severity, reason, status }))

test('the intent is written before Google is asked, the outcome before the answer leaves', async () => {
  for (const change of [{}, FOR_ID_TOKEN]) {
    const answer = await exchangeAt(bureau.url, await scene.pipeline(), change)
    const written = ofRequest(String(answer.headers['x-request-id']))
    assert.equal(answer.status, 200)
    assert.deepEqual(outcomes(written), [
      { severity: 'INFO', reason: undefined, status: undefined },
      { severity: 'INFO', reason: 'issued', status: 200 },
    ])
    const seen = seenByGoogle.get(String(answer.headers['x-request-id'])) ?? []
    assert.deepEqual(outcomes(seen), outcomes(written.slice(0, 1)))
    assert.match(String(seen[0]?.message), /^intent: /)
  }
})

test('a refusal is written before its answer leaves, at the edge as after the chain', async () => {
  for (const [ask, reason] of [
    [() => request(bureau.url).get('/nowhere'), 'request'],
    [() => request(bureau.url).post('/v1/token').send({}), 'request'],
    [async () => exchangeAt(bureau.url, await scene.pipeline({ lifetime: -60 })), 'time'],
    [async () => exchangeAt(bureau.url, await scene.pipeline(), { scope: 'openid' }), 'scope'],
  ] as const) {
    const { body, status } = await ask()
    const written = outcomes(ofRequest(body.request_id))
    assert.deepEqual(written, [{ severity: 'WARNING', reason, status }])
  }
})

test("a refusal of Google's is written after the intent", async () => {
  scene.google.faults.set('generateAccessToken', { kind: 'status', status: 403, times: 1 })
  const { body } = await exchangeAt(bureau.url, await scene.pipeline()).expect(400)
  assert.deepEqual(
    ofRequest(body.request_id).map(({ reason }) => reason),
    [undefined, 'upstream_denied'],
  )
})

test('a page has its line as well', async () => {
  const before = bureau.written().length
  await request(bureau.url).get('/health').expect(200)
  const [line] = logLines(bureau.written().slice(before))
  assert.deepEqual(
    { severity: line?.severity, message: line?.message, reason: line?.reason },
    { severity: 'INFO', message: 'GET /health 200', reason: 'answered' },
  )
})

test("a line is in Cloud Logging's shape", async () => {
  const answer = await exchangeAt(bureau.url, await scene.pipeline()).set('User-Agent', 'batch/7')
  const [, line] = ofRequest(String(answer.headers['x-request-id']))
  assert.ok(line)
  const { time, httpRequest, message } = line
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.match(
    message,
    /^issued: access_token of deployer@acme-prod\.iam\.gserviceaccount\.com for /,
  )
  const { latency, ...of } = httpRequest as { readonly latency: string }
  assert.deepEqual(of, {
    requestMethod: 'POST',
    requestUrl: '/v1/token',
    status: 200,
    userAgent: 'batch/7',
    remoteIp: '127.0.0.1',
  })
  assert.match(latency, /^\d+\.\d{3}s$/)
  assert.match(String(line['logging.googleapis.com/insertId']), /^[0-9a-f-]{36}$/)
  const labels = line['logging.googleapis.com/labels'] as Readonly<Record<string, unknown>>
  assert.ok(Object.values(labels).every((value) => typeof value === 'string'))
})

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const LINKED = { trace: `projects/acme-prod/traces/${TRACE}`, span: '00f067aa0ba902b7' }
const UNLINKED = { trace: undefined, span: undefined }
const TRACES: readonly (readonly [what: string, headers: Record<string, string>, link: object])[] =
  [
    ['traceparent', { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }, LINKED],
    ["Google's own header", { 'X-Cloud-Trace-Context': `${TRACE}/67667974448284343;o=1` }, LINKED],
    ['nothing', {}, UNLINKED],
    ['a trace that is none', { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }, UNLINKED],
  ]

for (const [what, headers, link] of TRACES) {
  test(`the trace of the request is carried from ${what}`, async () => {
    const answer = await exchangeAt(bureau.url, await scene.pipeline()).set(headers)
    const lines = ofRequest(String(answer.headers['x-request-id']))
    assert.equal(lines.length, 2)
    for (const line of lines) {
      const trace = line['logging.googleapis.com/trace']
      assert.deepEqual({ trace, span: line['logging.googleapis.com/spanId'] }, link)
    }
  })
}

test('a claim that looks like a line of its own stays within its line', async () => {
  const forged = '{"severity":"ALERT","message":"forged"}'
  for (const sub of [`a\n${forged}`, `a\r\n${forged}`, `a\u2028${forged}`, `a\u0000\u001b[2J`]) {
    const before = bureau.written().length
    const answer = await exchangeAt(bureau.url, await scene.pipeline({ claims: { sub } }))
    const written = bureau.written().slice(before)
    assert.equal(written.length, answer.status === 200 ? 2 : 1)
    for (const line of written) assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u)
    assert.doesNotMatch(written.join('\n'), /^\{"severity":"ALERT"/m)
  }
})

test('lines of many requests at once do not mix', async () => {
  const before = bureau.written().length
  const token = await scene.pipeline()
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, nth) =>
      exchangeAt(bureau.url, nth % 3 === 0 ? 'no-token' : token).then(({ status }) => status),
    ),
  )
  assert.equal(answers.filter((status) => status === 200).length, 40)
  assert.equal(logLines(bureau.written().slice(before)).length, 40 * 2 + 20)
})

test('no token is in any line, wherever it was put', async () => {
  const token = await scene.pipeline()
  const post = () => request(bureau.url).post('/v1/token')
  const vended = await exchangeAt(bureau.url, token).expect(200)
  for (const ask of [
    exchangeAt(bureau.url, `${token}x`),
    exchangeAt(bureau.url, `Bearer ${token}`),
    exchangeAt(bureau.url, token, { audience: token }),
    exchangeAt(bureau.url, token, { scope: token }),
    exchangeAt(bureau.url, token, { resource: `https://a.example/${token}` }),
    exchangeAt(bureau.url, token, { options: token }),
    exchangeAt(bureau.url, token, { [token.slice(0, 200)]: '1' }),
    exchangeAt(bureau.url, token, { grant_type: token }),
    exchangeAt(bureau.url, token, { subject_token_type: token }),
    exchangeAt(bureau.url, token).auth('id', token),
    exchangeAt(bureau.url, token).set('Cookie', `t=${token}`).set('Referer', `https://a/?${token}`),
    post()
      .send(JSON.stringify(exchangeOf(token)).slice(0, -1))
      .type('json'),
    post().send(token).type('text/plain'),
    request(bureau.url).post(`/v1/token?subject_token=${token}`),
    request(bureau.url).get(`/v1/token/${token}`),
    request(bureau.url).post('/v1/introspect').type('form').send({ token }),
    request(bureau.url)
      .post('/v1/introspect')
      .type('form')
      .send({ token: vended.body.access_token }),
  ]) {
    await ask
  }
  assertNoToken(bureau.written(), [token, vended.body.access_token])
})
