import { formFields } from './form.ts'
import { strictObject } from './json.ts'
import { hasBoundary } from './options.ts'
import type { RawRequest } from './rules.ts'
import { no } from './verdict.ts'

/** What a request asks for, its form in order. */
export interface Ask {
  readonly token: string
  /** An account, a grant, a provider, or whatever there is. */
  readonly target:
    | { readonly by: 'account' | 'grant' | 'provider'; readonly name: string }
    | { readonly by: 'nothing' }
  readonly kind: 'access_token' | 'id_token'
  readonly scopes: readonly string[] | undefined
  readonly lifetime: number | undefined
  readonly boundary: boolean
  /** Of an ID token. */
  readonly resource: string
}

const BODY = 65_536
const BOUNDS = { depth: 16, members: 256, items: 256 }
const TYPE = 'urn:ietf:params:oauth:token-type:'
const NAMES = [
  'grant_type',
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'audience',
  'scope',
  'resource',
  'lifetime',
  'options',
  'actor_token',
  'actor_token_type',
]

/** Reads a request (RFC 8693 section 2.1 and the wire contract). */
export function askOf({ method, target, headers, body }: RawRequest): Ask {
  if (target !== '/v1/token') no('another address, or a query')
  if (method !== 'POST') no('another method')
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') no('encoded')
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((piece) => piece.trim().toLowerCase())
  const extra = parameters.filter((parameter) => parameter !== '')
  if (extra.some((one) => one !== 'charset=utf-8' && one !== 'charset="utf-8"')) no('a charset')
  if (body.length > BODY) no('too large')
  if (type === 'application/json') return readFields(Object.entries(strictObject(body, BOUNDS)))
  if (type === 'application/x-www-form-urlencoded') return readFields(formFields(body))
  return no('another type')
}

function readFields(fields: readonly (readonly [string, unknown])[]): Ask {
  const seen: string[] = []
  const styles = new Set<'snake' | 'camel'>()
  const given: Record<string, string> = {}
  for (const [name, value] of fields) {
    const bare = name.split('[')[0] ?? ''
    const canonical = NAMES.find((one) => one === bare || camel(one) === bare) ?? bare
    if (seen.includes(canonical)) no('a parameter twice')
    seen.push(canonical)
    if (!NAMES.includes(canonical)) continue
    if (name !== bare) no('brackets')
    const text =
      typeof value === 'number' && canonical === 'lifetime' ? String(value) : (value ?? '')
    if (typeof text !== 'string') no('no text')
    if (text === '') continue
    if (canonical.includes('_')) styles.add(bare === canonical ? 'snake' : 'camel')
    if (styles.size > 1) no('two spellings')
    given[canonical] = text
  }
  return wishOf(given)
}

function camel(name: string): string {
  const [first = '', ...rest] = name.split('_')
  return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function wishOf(given: Readonly<Record<string, string>>): Ask {
  if (given['actor_token'] !== undefined || given['actor_token_type'] !== undefined) no('an actor')
  if (given['grant_type'] !== 'urn:ietf:params:oauth:grant-type:token-exchange') no('grant type')
  const token = (given['subject_token'] ?? '').trim()
  if (token === '') no('no token')
  if (![`${TYPE}jwt`, `${TYPE}id_token`].includes(given['subject_token_type'] ?? '')) no('its type')
  const requested = given['requested_token_type'] ?? `${TYPE}access_token`
  if (![`${TYPE}access_token`, `${TYPE}id_token`].includes(requested)) no('requested type')
  const kind = requested === `${TYPE}id_token` ? 'id_token' : 'access_token'
  const { scope = '', lifetime, resource, options } = given
  if (scope.length > 8192 || !/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(scope)) no('scope')
  const scopes = [...new Set(scope.split(' '))].filter((one) => one !== '')
  if (scopes.length > 100) no('too many scopes')
  if (lifetime !== undefined && !isLifetime(lifetime)) no('lifetime')
  const boundary = options !== undefined && hasBoundary(options)
  if (kind === 'id_token') {
    if (lifetime !== undefined || boundary || resource === undefined) no('not for an ID token')
    if (!isUri(resource ?? '')) no('resource')
  } else if (resource !== undefined) no('a resource beside an access token')
  return {
    token,
    target: targetOf(given['audience']),
    kind,
    scopes: kind === 'access_token' && scopes.length > 0 ? scopes : undefined,
    lifetime: lifetime === undefined ? undefined : Number.parseInt(lifetime, 10),
    boundary,
    resource: resource ?? '',
  }
}

function isLifetime(text: string): boolean {
  const [, digits = ''] = /^([1-9]\d*)s?$/.exec(text) ?? []
  return digits.length > 0 && digits.length < 6 && Number(digits) <= 43_200
}

function isUri(text: string): boolean {
  return (
    text.length <= 2048 &&
    /^[a-z][a-z0-9+.-]*:/i.test(text) &&
    /^(?:%[0-9a-f]{2}|[\w.~:/?[\]@!$&()*+,;=-]|')+$/i.test(text.slice(text.indexOf(':') + 1)) &&
    URL.canParse(text)
  )
}

function targetOf(audience: string | undefined): Ask['target'] {
  if (audience === undefined) return { by: 'nothing' }
  if (audience.length > 512) no('audience')
  const full = '//iam.googleapis.com/projects/-/serviceAccounts/'
  const name = audience.startsWith(full) ? audience.slice(full.length) : audience
  if (/^[a-z0-9][a-z0-9.-]*@([a-z0-9-]+\.)+gserviceaccount\.com$/.test(name)) {
    return { by: 'account', name }
  }
  if (
    /^\/\/iam\.googleapis\.com\/projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+$/.test(
      audience,
    )
  ) {
    return { by: 'provider', name: audience }
  }
  if (/^[a-z][a-z0-9-]*$/.test(audience)) return { by: 'grant', name: audience }
  return no('audience')
}
