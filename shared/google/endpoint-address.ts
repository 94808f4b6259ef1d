import { isLoopbackHost } from '../net/address-rules.ts'

/** Where a Google API answers. */
export interface EndpointAddress {
  /** Scheme, host and port. */
  readonly origin: string
  /** What precedes the API's own path; no slash at its end, empty as a rule. */
  readonly basePath: string
}

/**
 * The address of an API. Tokens travel there, so it must be `https:`; `http:` passes for loopback
 * hosts alone, and only with `allowLoopback`. Throws `Error` with one line that names `setting`.
 */
export function endpointAddress(
  setting: string,
  url: string,
  allowLoopback: boolean,
): EndpointAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined) throw new Error(`${setting}: not a URL`)
  const loopback = allowLoopback && isLoopbackHost(parsed.hostname)
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && loopback)) {
    throw new Error(`${setting}: must be https:, or http: on loopback where that is allowed`)
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new Error(`${setting}: must not hold credentials`)
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    throw new Error(`${setting}: must not hold a query or a fragment`)
  }
  return { origin: parsed.origin, basePath: parsed.pathname.replace(/\/+$/, '') }
}
