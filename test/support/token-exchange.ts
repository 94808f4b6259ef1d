import request, { type Test } from 'supertest'

/** Identifiers of RFC 8693 sections 2.1 and 3. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT = 'urn:ietf:params:oauth:token-type:jwt'
export const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** What asks for an ID token of the scenarios' Cloud Run service. */
export const FOR_ID_TOKEN = {
  requested_token_type: ID_TOKEN,
  resource: 'https://app-abc.run.app',
} as const

/** Parameters by name; undefined leaves one of the usual ones out. */
export type Fields = Readonly<Record<string, string | number | undefined>>

/** The parameters of an exchange of `subjectToken`, with a change. */
export function exchangeOf(subjectToken: string, change: Fields = {}): Record<string, string> {
  const fields: Fields = {
    grant_type: TOKEN_EXCHANGE,
    subject_token: subjectToken,
    subject_token_type: JWT,
    ...change,
  }
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

/** Exchanges a subject token at a bureau, by form. */
export function exchangeAt(bureau: string, subjectToken: string, change: Fields = {}): Test {
  return request(bureau).post('/v1/token').type('form').send(exchangeOf(subjectToken, change))
}
