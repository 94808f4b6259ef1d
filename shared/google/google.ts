import type { World } from '../domain/world.ts'
import { createCall } from './call.ts'
import { endpointAddress } from './endpoint-address.ts'
import { createIamCredentials } from './iam-credentials.ts'
import { createOwnIdentity } from './own-identity.ts'
import { USUAL_PACE, type Pace } from './pace.ts'
import { openPool } from './pool.ts'
import { requestHeaders } from './request-headers.ts'
import { createSts } from './sts.ts'

/** How Google is reached. */
export interface GoogleOptions {
  readonly stsUrl: string
  readonly iamCredentialsUrl: string
  /** Permits `http:` on 127.0.0.1, ::1 and localhost. */
  readonly allowLoopback: boolean
  /** Of this software, for the user agent. */
  readonly version: string
  /** PEM of an authority to trust instead of the well-known ones. */
  readonly ca?: string
  /** What differs from the usual patience and clocks. */
  readonly pace?: Partial<Pace>
}

/** Google's side of the world. */
export interface Google extends Pick<World, 'sts' | 'iamCredentials' | 'ownIdentity'> {
  /** Lets calls in flight end, then closes every connection. */
  close(): Promise<void>
}

/**
 * Opens the clients of Google: one pool for each API; breaker and retry budget for each method.
 * Connects at the first call. Throws `Error` with one line where an address is not permitted.
 */
export function openGoogle(options: GoogleOptions): Google {
  const { allowLoopback, ca } = options
  const sts = endpointAddress('STS_URL', options.stsUrl, allowLoopback)
  const iam = endpointAddress('IAM_CREDENTIALS_URL', options.iamCredentialsUrl, allowLoopback)
  const pace = { ...USUAL_PACE, ...options.pace }
  const headers = requestHeaders(options.version)
  const stsPool = openPool(sts.origin, ca)
  const iamPool = openPool(iam.origin, ca)

  return {
    sts: createSts(createCall('sts', stsPool, pace), sts.basePath, headers),
    iamCredentials: createIamCredentials(
      {
        generateAccessToken: createCall('generateAccessToken', iamPool, pace),
        generateIdToken: createCall('generateIdToken', iamPool, pace),
      },
      iam.basePath,
      headers,
      pace.now,
    ),
    ownIdentity: createOwnIdentity({ now: pace.now }),
    async close() {
      await Promise.all([stsPool.close(), iamPool.close()])
    },
  }
}
