import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Reason } from '../../shared/domain/refusal.ts'
import { exchange, EXCHANGED, googleAt, refusalOf } from '../support/google-client.ts'
import {
  hang,
  json,
  record,
  reset,
  text,
  type RecordingServer,
  type Reply,
} from '../support/recording-server.ts'

const QUICK = { tryMs: 400, totalMs: 4_000 }

/** Written beforehand: making it takes longer than a quick try on a busy machine. */
const LARGE = JSON.stringify({ ...EXCHANGED, x: 'x'.repeat(20 * 1_048_576) })

let server: RecordingServer
before(async () => {
  server = await record()
})
after(() => server.close())

function oauthError(error: string, description: string) {
  return { error, error_description: description }
}

const CONDITION = 'The given credential is rejected by the attribute condition.'
const REFUSED: readonly (readonly [
  what: string,
  reply: Reply,
  reason: Reason,
  detail: string | RegExp,
])[] = [
  [
    '400 invalid_grant',
    json(400, oauthError('invalid_grant', 'Unable to parse the ID Token.')),
    'upstream_denied',
    'sts: HTTP 400 invalid_grant: Unable to parse the ID Token.',
  ],
  [
    '400, the issuer is out of its reach',
    json(400, oauthError('invalid_grant', "Error connecting to the given credential's issuer.")),
    'upstream_denied',
    "sts: HTTP 400 invalid_grant: Error connecting to the given credential's issuer.",
  ],
  [
    '400 unauthorized_client',
    json(400, oauthError('unauthorized_client', CONDITION)),
    'upstream_denied',
    `sts: HTTP 400 unauthorized_client: ${CONDITION}`,
  ],
  [
    '400 invalid_target',
    json(400, oauthError('invalid_target', 'The target service is invalid.')),
    'upstream_denied',
    'sts: HTTP 400 invalid_target: The target service is invalid.',
  ],
  [
    '400 invalid_request',
    json(400, oauthError('invalid_request', 'Scope(s) must be provided.')),
    'upstream_denied',
    'sts: HTTP 400 invalid_request: Scope(s) must be provided.',
  ],
  [
    '401',
    json(401, { error: 'invalid_client' }),
    'upstream_denied',
    'sts: HTTP 401 invalid_client',
  ],
  [
    '403, the API is off',
    json(403, { error: { code: 403, status: 'PERMISSION_DENIED', message: 'API disabled' } }),
    'upstream_denied',
    'sts: HTTP 403 PERMISSION_DENIED',
  ],
  ['429', json(429, { error: 'quota_exceeded' }), 'quota', 'sts: HTTP 429, tries: 3'],
  ['500', json(500, {}), 'upstream', 'sts: HTTP 500, tries: 3'],
  ['502', text(502, 'text/html', '<html>'), 'upstream', 'sts: HTTP 502, tries: 3'],
  ['503', json(503, {}), 'upstream', 'sts: HTTP 503, tries: 3'],
  ['504', json(504, {}), 'upstream', 'sts: HTTP 504, tries: 3'],
  ['a hang', hang, 'upstream', 'sts: timeout (TIMEOUT), tries: 3'],
  ['a reset', reset, 'upstream', /^sts: reset \(\w+\), tries: 3$/],
  [
    'a reset in the middle of the body',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
      response.write('{"access_token":"cut', () => response.destroy())
    },
    'upstream',
    /^sts: reset \(\w+\), tries: 3$/,
  ],
  [
    '400 in HTML',
    text(400, 'text/html', '<html>'),
    'upstream_bad',
    'sts: HTTP 400 without the expected JSON',
  ],
  ['404', json(404, { error: 'not_found' }), 'upstream_bad', /^sts: HTTP 404/],
  ['204', (response) => response.writeHead(204).end(), 'upstream_bad', /^sts: HTTP 204/],
  [
    '200 in HTML',
    text(200, 'text/html', JSON.stringify(EXCHANGED)),
    'upstream_bad',
    'sts: HTTP 200 without the expected JSON',
  ],
  [
    '200 without a type',
    (response) => response.end(JSON.stringify(EXCHANGED)),
    'upstream_bad',
    /^sts: HTTP 200 without/,
  ],
  [
    '200 truncated',
    text(200, 'application/json', JSON.stringify(EXCHANGED).slice(0, 40)),
    'upstream_bad',
    /^sts: HTTP 200 without/,
  ],
  ['200 with a list', json(200, [EXCHANGED]), 'upstream_bad', /^sts: HTTP 200 without/],
  ['200 with null', json(200, null), 'upstream_bad', /^sts: HTTP 200 without/],
  [
    '200 compressed',
    json(200, EXCHANGED, { 'content-encoding': 'gzip' }),
    'upstream_bad',
    /^sts: HTTP 200 without/,
  ],
  [
    '20 MiB announced',
    text(200, 'application/json', LARGE),
    'upstream_bad',
    /^sts: HTTP 200 without/,
  ],
]

for (const [what, reply, reason, detail] of REFUSED) {
  test(`STS answers ${what}: ${reason}`, async () => {
    server.replyWith(reply)
    await using fresh = googleAt(server.origin, QUICK)
    const refusal = await refusalOf(exchange(fresh))
    assert.equal(refusal.reason, reason)
    if (typeof detail === 'string') assert.equal(refusal.detail, detail)
    else assert.match(refusal.detail ?? '', detail)
    const retried = reason === 'upstream' || reason === 'quota'
    assert.equal(server.requests.length, retried ? 3 : 1)
  })
}

test('the words of a denial stay in the record', async () => {
  server.replyWith(json(400, oauthError('unauthorized_client', CONDITION)))
  await using google = googleAt(server.origin)
  const refusal = await refusalOf(exchange(google))
  assert.equal(refusal.error, 'unauthorized_client')
  assert.ok(!refusal.sentence.includes('condition'))
})
