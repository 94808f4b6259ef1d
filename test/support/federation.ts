import assert from 'node:assert/strict'
import { AUDIENCE, providerName, WORKLOAD } from './google-world.ts'
import type { TokenOrder } from '../../deploy/local/idp/sign.ts'

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'

/** An answer: status, headers and JSON body. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** A token exchange as a client of Google's STS sends it; the empty string leaves a field out. */
export async function exchangeToken(
  url: string,
  subjectToken: string,
  change: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const fields = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: providerName('onprem'),
    scope: CLOUD_PLATFORM,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: subjectToken,
    ...change,
  }
  const given = Object.entries(fields).filter(([, value]) => value !== '')
  return answerOf(
    await fetch(`${url}/v1/token`, { method: 'POST', body: new URLSearchParams(given) }),
  )
}

/** What a workload's identity provider is asked to sign. */
export function workloadToken(order: TokenOrder = {}): TokenOrder {
  return { audience: AUDIENCE, ...order, claims: { ...WORKLOAD, ...order.claims } }
}

/** A federated token of the workload. */
export async function federatedToken(url: string, subjectToken: string): Promise<string> {
  const { body } = await exchangeToken(url, subjectToken)
  assert.equal(typeof body['access_token'], 'string', JSON.stringify(body))
  return String(body['access_token'])
}

/** A call of IAM Credentials. */
export async function impersonate(
  url: string,
  bearer: string | undefined,
  account: string,
  method: 'generateAccessToken' | 'generateIdToken',
  body: object,
): Promise<Answer> {
  return answerOf(
    await fetch(`${url}/v1/projects/-/serviceAccounts/${encodeURIComponent(account)}:${method}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
    }),
  )
}

/** A GET, with a bearer token or without. */
export async function get(
  url: string,
  bearer?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer & { readonly text: string }> {
  const response = await fetch(url, {
    headers: {
      ...headers,
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
  })
  const text = await response.text()
  const json = (response.headers.get('content-type') ?? '').includes('json')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: json ? JSON.parse(text) : {},
  }
}

async function answerOf(response: Response): Promise<Answer> {
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(await response.text()),
  }
}
