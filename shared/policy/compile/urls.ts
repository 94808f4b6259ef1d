const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/**
 * What is wrong with an issuer, if anything: it must be an https URL without query and fragment
 * (OpenID Connect Core section 2), in ASCII, without credentials. With `allowLoopback`, http on this
 * machine will do.
 */
export function issuerFault(issuer: string, allowLoopback: boolean): string | undefined {
  if (/[?#]/.test(issuer)) return 'must not have a query or a fragment'
  return urlFault(issuer, allowLoopback)
}

/** What is wrong with an address that keys are fetched from, if anything. */
export function urlFault(text: string, allowLoopback: boolean): string | undefined {
  if (!/^[!-~]+$/.test(text) || text.includes('\\')) return 'must be an https URL in plain ASCII'
  const url = URL.parse(text)
  if (url === null) return 'must be an https URL'
  if (url.username !== '' || url.password !== '' || /^[^/]*\/\/[^/]*@/.test(text))
    return 'must not hold credentials'
  if (text.includes('#')) return 'must not have a fragment'
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(text.slice(text.indexOf('//') + 2)))
    return 'must not have dot segments'
  if (url.protocol === 'https:' && text.startsWith('https://')) return undefined
  const loopback = url.protocol === 'http:' && LOOPBACK.has(url.hostname)
  if (loopback && allowLoopback && text.startsWith('http://')) return undefined
  return loopback
    ? 'must be an https URL (http on loopback needs ALLOW_LOOPBACK=1)'
    : 'must be an https URL'
}
