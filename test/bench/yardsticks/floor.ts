import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { Pool } from 'undici'
import { yardstickSettings } from './settings.ts'

/**
 * The least that does the work: node:http, node:crypto and keep-alive pools. It judges nothing but the
 * signature, the audience and the expiry, limits nothing and records nothing.
 */
const settings = yardstickSettings(process.env)
const sts = new Pool(settings.stsUrl, { connections: 256, keepAliveTimeout: 90_000 })
const iam = new Pool(settings.iamUrl, { connections: 256, keepAliveTimeout: 90_000 })
const keys = await fetchKeys()

async function fetchKeys(): Promise<ReadonlyMap<string, KeyObject>> {
  const answer = await fetch(`${settings.issuer}/jwks`)
  const set = (await answer.json()) as { keys: readonly { readonly kid: string }[] }
  return new Map(
    set.keys.map((key) => [key.kid, createPublicKey({ key: { ...key }, format: 'jwk' })]),
  )
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function check(token: string): void {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const key = keys.get(kid)
  const input = Buffer.from(`${header}.${payload}`)
  const genuine =
    key !== undefined && verify('sha256', input, key, Buffer.from(signature, 'base64url'))
  const { aud, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  if (!genuine || aud !== settings.audience || exp * 1000 < Date.now()) throw new Error('refused')
}

async function post(
  pool: Pool,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) {
  const answer = await pool.request({ method: 'POST', path, headers, body })
  return (await answer.body.json()) as Readonly<Record<string, string>>
}

async function exchange(token: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    audience: settings.provider,
    subject_token: token,
  }).toString()
  const formType = { 'content-type': 'application/x-www-form-urlencoded' }
  const { access_token: federated = '' } = await post(sts, '/v1/token', formType, form)
  const { accessToken = '' } = await post(
    iam,
    `/v1/projects/-/serviceAccounts/${settings.account}:generateAccessToken`,
    { 'content-type': 'application/json', authorization: `Bearer ${federated}` },
    JSON.stringify({ scope: ['https://www.googleapis.com/auth/cloud-platform'] }),
  )
  return accessToken
}

createServer((request, response) => {
  void bodyOf(request)
    .then(async (body) => {
      const token = new URLSearchParams(body).get('subject_token') ?? ''
      check(token)
      return { access_token: await exchange(token), token_type: 'Bearer', expires_in: 3600 }
    })
    .then(
      (body) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      () => response.writeHead(400).end('{"error":"invalid_grant"}'),
    )
}).listen(settings.port, '127.0.0.1')
