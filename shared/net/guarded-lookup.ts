import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { callbackify } from 'node:util'
import { mayConnect, type Reach } from './address-rules.ts'
import { fetchRefused } from './fetch-refused.ts'

/** How a host name becomes addresses. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

/**
 * A look-up for `net.connect` that passes on permitted addresses only: what it judged is what the
 * socket connects to, so a name that changes its address in between gains nothing.
 */
export function guardedLookup(reach: Reach, resolve: Resolve = resolveBySystem): LookupFunction {
  const permittedAddresses = callbackify(async (hostname: string) => {
    const permitted = (await resolve(hostname)).filter(({ address }) => mayConnect(address, reach))
    if (permitted.length === 0) throw fetchRefused('the address is not permitted')
    return permitted
  })
  return (hostname, options, callback) => {
    permittedAddresses(hostname, (error, permitted) => {
      if (error !== null || options.all === true) callback(error, permitted)
      else callback(null, permitted[0]?.address ?? '', permitted[0]?.family)
    })
  }
}

function resolveBySystem(hostname: string): Promise<readonly LookupAddress[]> {
  return systemLookup(hostname, { all: true })
}
