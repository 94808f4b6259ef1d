import type { IncomingHttpHeaders } from 'node:http'
import type { Policy } from '../domain/policy.ts'
import type { Provider } from '../domain/provider.ts'
import { Refusal } from '../domain/refusal.ts'
import { Secret, type SubjectToken } from '../domain/secret.ts'
import type { Trail } from '../domain/trail.ts'
import type { World } from '../domain/world.ts'
import { verify } from '../steps/verify.ts'

/** What tells an operator of the private functions from everybody else. */
export interface OperatorRules {
  /** The function's own address: the `aud` of a bearer token. */
  readonly publicUrl: string
  /** Lower-case e-mails that may pass; empty: nobody. */
  readonly operators: readonly string[]
  /** Google's keys for ID tokens, `https://www.googleapis.com/oauth2/v3/certs`. */
  readonly certsUrl: string
  /** The `aud` of IAP's header; undefined: that header is not taken. */
  readonly iapAudience: string | undefined
  /** Keys of IAP, `https://www.gstatic.com/iap/verify/public_key-jwk`. */
  readonly iapCertsUrl: string
}

/** A verified operator. */
export interface Operator {
  readonly email: string
}

const GOOGLE = 'https://accounts.google.com'
const IAP = 'https://cloud.google.com/iap'

/**
 * The gate of the private functions: a Google-signed ID token, as `Authorization: Bearer` or in
 * `X-Goog-IAP-JWT-Assertion`, for this function and of a verified e-mail in `OPERATORS`. It is the
 * second lock behind IAM or IAP and does not rely on either. Throws `Refusal`: `unauthenticated`,
 * `not_operator`, `provider_unavailable`.
 */
export function createOperatorGate(
  rules: OperatorRules,
  world: Pick<World, 'keys' | 'now'>,
): (headers: IncomingHttpHeaders, trail: Trail) => Promise<Operator> {
  const operators = new Set(rules.operators.map((email) => email.toLowerCase()))
  const bearer = trust(googleProvider('google', GOOGLE, 'RS256', rules.publicUrl, rules.certsUrl))
  const iap =
    rules.iapAudience === undefined
      ? undefined
      : trust(googleProvider('iap', IAP, 'ES256', rules.iapAudience, rules.iapCertsUrl))

  return async (headers, trail) => {
    const claims = await verified(headers, trail)
    const email = claims['email']
    // IAP signs only verified e-mails and sends no email_verified.
    if (typeof email !== 'string' || (claims['iss'] !== IAP && claims['email_verified'] !== true)) {
      throw new Refusal('not_operator', { detail: 'the token names no verified e-mail' })
    }
    if (!operators.has(email.toLowerCase())) {
      throw new Refusal('not_operator', { detail: 'the e-mail is not in OPERATORS' })
    }
    return { email: email.toLowerCase() }
  }

  async function verified(headers: IncomingHttpHeaders, trail: Trail) {
    const header = headers['x-goog-iap-jwt-assertion']
    const authorization = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
    const [token, trusted] =
      iap !== undefined && typeof header === 'string' ? [header, iap] : [authorization, bearer]
    if (token === undefined) {
      throw new Refusal('unauthenticated', { detail: 'no bearer token and no IAP header' })
    }
    try {
      const subjectToken: SubjectToken = new Secret('subject token', token)
      return (await verify(subjectToken, undefined, trusted, world, trail)).claims
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 400) throw error
      const detail = `${error.reason}: ${error.detail ?? ''}`
      throw new Refusal('unauthenticated', { detail })
    }
  }
}

function trust(provider: Provider): Policy {
  return {
    digest: '',
    providersByIssuer: new Map([[provider.issuer, [provider]]]),
    grantsByMember: new Map(),
    denials: [],
  }
}

function googleProvider(
  id: string,
  issuer: string,
  algorithm: 'RS256' | 'ES256',
  audience: string,
  jwksUri: string,
): Provider {
  return {
    id,
    issuer,
    audiences: new Set([audience]),
    resourceName: undefined,
    exchange: 'impersonation',
    keys: { kind: 'jwksUri', uri: jwksUri },
    algorithms: new Set([algorithm]),
    maxTokenAge: 86_400,
    singleUse: false,
    network: 'public',
    caFile: undefined,
    attributes: { condition: NEVER, reads: ['email'], apply: refuseMapping },
  }
}

const NEVER = { source: 'false', reads: [], test: () => false } as const

function refuseMapping(): never {
  throw new Refusal('fault', { detail: 'an operator is not mapped' })
}
