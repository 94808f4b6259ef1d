import type { Call } from '../../loopback/route.ts'
import { refused } from './sts-error.ts'

/** The parameters of a token exchange (RFC 8693 section 2.1); a missing one is the empty string. */
export interface StsRequest {
  readonly grantType: string
  readonly audience: string
  readonly scopes: readonly string[]
  readonly requestedTokenType: string
  readonly subjectToken: string
  readonly subjectTokenType: string
  readonly options: StsOptions
}

/** The `options` parameter. */
export interface StsOptions {
  readonly userProject?: unknown
  readonly accessBoundary?: unknown
}

/** Reads a form with snake_case names, or JSON with camelCase ones. Throws `StsError`. */
export function stsRequest({ headers, body }: Call): StsRequest {
  const json = (headers['content-type'] ?? '').startsWith('application/json')
  const given = json ? fromJson(body) : fromForm(body)
  const read = (name: string): string => given.get(name) ?? ''
  return {
    grantType: read('grantType'),
    audience: read('audience'),
    scopes: read('scope')
      .split(' ')
      .filter((scope) => scope !== ''),
    requestedTokenType: read('requestedTokenType'),
    subjectToken: read('subjectToken'),
    subjectTokenType: read('subjectTokenType'),
    options: optionsOf(read('options')),
  }
}

function fromForm(body: string): ReadonlyMap<string, string> {
  return new Map([...new URLSearchParams(body)].map(([name, value]) => [camel(name), value]))
}

function camel(name: string): string {
  return name.replaceAll(/_[a-z]/g, (match) => match.slice(1).toUpperCase())
}

function fromJson(body: string): ReadonlyMap<string, string> {
  const given = parsed(body)
  if (given === undefined) throw refused('body')
  return new Map(
    Object.entries(given).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  )
}

/** Raw JSON, or percent-encoded once more, as Python's client sends it. */
function optionsOf(text: string): StsOptions {
  if (text === '') return {}
  const options = parsed(text) ?? parsed(decoded(text))
  if (options === undefined) throw refused('options')
  return options
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
