import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { format, inspect } from 'node:util'
import { Secret } from '../../shared/domain/secret.ts'
import type { Google } from '../../shared/google/google.ts'
import { aContext, googleAt, refusalOf } from '../support/google-client.ts'
import {
  hang,
  json,
  record,
  reset,
  text,
  type RecordingServer,
  type Reply,
} from '../support/recording-server.ts'

const SUBJECT = 'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOiJzdWJqZWN0In0.tweety-subject/sig+nature'
const FEDERATED = 'ya29.d.tweety-federated/with+signs'
const MINTED = 'ya29.c.tweety-minted'
const PARTS = [...SUBJECT.split('.'), FEDERATED, MINTED, 'tweety']

let server: RecordingServer
before(async () => {
  server = await record()
})
after(() => server.close())

/** Sends the request itself back, body and authorization, in the given place. */
function echo(place: (sent: string) => Reply): Reply {
  return (response, request, nth) => {
    const { authorization = '' } = request.headers
    const sent = `${decodeURIComponent(request.body)} ${authorization} ${SUBJECT} ${MINTED}`
    place(sent)(response, request, nth)
  }
}

const REPLIES: readonly (readonly [what: string, reply: Reply])[] = [
  ['a description', echo((sent) => json(400, { error: 'invalid_grant', error_description: sent }))],
  ['an error code', echo((sent) => json(400, { error: sent }))],
  ['a message', echo((sent) => json(403, { error: { status: 'DENIED', message: sent } }))],
  [
    'error details',
    echo((sent) =>
      json(403, {
        error: { status: 'DENIED', details: [{ reason: sent, metadata: { permission: sent } }] },
      }),
    ),
  ],
  ['HTML', echo((sent) => text(400, 'text/html', sent))],
  ['broken JSON', echo((sent) => text(200, 'application/json', `{"access_token":"${sent}`))],
  [
    'a token of the wrong shape',
    json(200, { access_token: MINTED, accessToken: MINTED, token: MINTED }),
  ],
  [
    'a header',
    echo((sent) => json(503, {}, { 'retry-after': Buffer.from(sent).toString('base64url') })),
  ],
  ['a location', echo((sent) => json(302, {}, { location: `/?${encodeURIComponent(sent)}` }))],
  ['a server error', echo((sent) => text(500, 'text/plain', sent))],
  ['a quota error', echo((sent) => json(429, { error_description: sent }))],
  [
    'bytes that are no HTTP',
    (response) => {
      response.socket?.end(`${MINTED} ${SUBJECT}\r\n\r\n`)
    },
  ],
  ['a broken connection', reset],
  ['silence', hang],
]

function calls(google: Google): readonly (readonly [string, () => Promise<unknown>])[] {
  const subject = new Secret('subject token', SUBJECT)
  const federated = new Secret('federated token', FEDERATED)
  const account = 'a@b.iam.gserviceaccount.com'
  return [
    ['exchange', () => google.sts.exchange('//x', subject, aContext())],
    [
      'downscope',
      () =>
        google.sts.downscope(
          new Secret('account token', MINTED),
          { accessBoundaryRules: [] },
          aContext(),
        ),
    ],
    [
      'generateAccessToken',
      () =>
        google.iamCredentials.generateAccessToken(
          federated,
          account,
          { scopes: [], lifetime: 900, delegates: [] },
          aContext(),
        ),
    ],
    [
      'generateIdToken',
      () =>
        google.iamCredentials.generateIdToken(
          federated,
          account,
          { audience: 'https://x.example', includeEmail: true, delegates: [] },
          aContext(),
        ),
    ],
  ]
}

for (const [what, reply] of REPLIES) {
  test(`tokens that come back as ${what} are in no error`, async () => {
    server.replyWith(reply)
    await using google = googleAt(server.origin, { tryMs: 100 })
    for (const [method, call] of calls(google)) {
      const refusal = await refusalOf(call())
      const shown = [
        inspect(refusal, { depth: 10, showHidden: true }),
        String(refusal),
        format('%o', refusal),
        JSON.stringify(refusal),
        JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(refusal))),
        refusal.stack ?? '',
        refusal.detail ?? '',
      ].join('\n')
      for (const part of PARTS) assert.ok(!shown.includes(part), `${method}: ${shown}`)
      assert.ok(!(refusal.detail ?? '').includes('\n'))
    }
  })
}
