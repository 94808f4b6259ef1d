import type { TokenOrder } from '../idp/sign.ts'
import type { Stack } from '../stack.ts'

/** An answer with its JSON; no JSON, no fields. */
export interface Answer {
  readonly status: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** Orders a subject token over HTTP, as a workload would. Throws where there is none. */
export async function subjectTokenOf({ idp }: Stack, order: TokenOrder): Promise<string> {
  const { status, fields } = await ask(`${idp.url}/tokens`, {
    method: 'POST',
    body: JSON.stringify(order),
  })
  if (typeof fields['token'] === 'string') return fields['token']
  throw new Error(`the identity provider answered ${status} without a token`)
}

/** A token exchange (RFC 8693 section 2.1) with more parameters. */
export function exchangeAt(
  { bureau }: Stack,
  subjectToken: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: subjectToken,
    ...parameters,
  })
  return ask(`${bureau.url}/v1/token`, { method: 'POST', body })
}

/** A GET with a bearer token, or without one. */
export function getWith(url: string, token?: string): Promise<Answer> {
  return ask(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
}

/** The claims of a token, for showing; nothing is verified. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
  const text = await response.text()
  const json = (response.headers.get('content-type') ?? '').includes('json')
  return { status: response.status, fields: json ? JSON.parse(text) : {} }
}
