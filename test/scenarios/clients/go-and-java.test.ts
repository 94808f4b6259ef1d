import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { answersIn, sendRaw } from '../../support/raw-http.ts'
import { startScene } from '../../support/scene.ts'
import { ACCESS_TOKEN, JWT, TOKEN_EXCHANGE } from '../../support/token-exchange.ts'

/*
 * Google's libraries for Go and Java do not run here: their requests are sent as their sources write
 * them, and the answer must have what they insist on.
 */
const scene = await startScene()
after(scene.close)
const { port } = scene.bureau

const DEPLOYER = 'deployer@acme-prod.iam.gserviceaccount.com'

const REQUESTS: readonly (readonly [
  library: string,
  headers: readonly string[],
  parameters: (token: string) => readonly (readonly [name: string, value: string])[],
])[] = [
  [
    'Go, which sends a scope even where there is none',
    [
      'User-Agent: Go-http-client/1.1',
      'Content-Type: application/x-www-form-urlencoded',
      'X-Goog-Api-Client: gl-go/1.24 auth/unknown google-byoid-sdk source/file sa-impersonation/false config-lifetime/false',
      'Accept-Encoding: gzip',
    ],
    (token) => [
      ['audience', DEPLOYER],
      ['grant_type', TOKEN_EXCHANGE],
      ['requested_token_type', ACCESS_TOKEN],
      ['scope', ''],
      ['subject_token', token],
      ['subject_token_type', JWT],
    ],
  ],
  [
    'Go for a workforce, with options',
    ['User-Agent: Go-http-client/1.1', 'Content-Type: application/x-www-form-urlencoded'],
    (token) => [
      ['audience', DEPLOYER],
      ['grant_type', TOKEN_EXCHANGE],
      ['options', '{"userProject":"acme-prod"}'],
      ['requested_token_type', ACCESS_TOKEN],
      ['scope', 'https://www.googleapis.com/auth/devstorage.read_only'],
      ['subject_token', token],
      ['subject_token_type', JWT],
    ],
  ],
  [
    'Java, which names the charset',
    [
      'Accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
      'Accept-Encoding: gzip',
      'User-Agent: Google-HTTP-Java-Client/1.47.0 (gzip)',
      'Content-Type: application/x-www-form-urlencoded; charset=UTF-8',
    ],
    (token) => [
      ['grant_type', TOKEN_EXCHANGE],
      ['subject_token_type', JWT],
      ['subject_token', token],
      ['scope', 'https://www.googleapis.com/auth/devstorage.read_only'],
      ['requested_token_type', ACCESS_TOKEN],
      ['audience', DEPLOYER],
    ],
  ],
]

for (const [library, headers, parameters] of REQUESTS) {
  test(`a request of ${library}`, async () => {
    const body = parameters(await scene.pipeline())
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')
    const head = [
      'POST /v1/token HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Connection: close',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...headers,
    ]
    const [answer] = answersIn(await sendRaw(port, `${head.join('\r\n')}\r\n\r\n${body}`))
    assert.ok(answer)
    assert.equal(answer.status, 200, answer.body)
    assert.equal(answer.headers['content-encoding'], undefined)
    const { access_token: token, expires_in: expiresIn, ...types } = JSON.parse(answer.body)
    assert.match(token, /^ya29\./)
    assert.ok(Number.isInteger(expiresIn) && expiresIn > 0)
    assert.deepEqual([types.issued_token_type, types.token_type], [ACCESS_TOKEN, 'Bearer'])
  })
}
