import assert from 'node:assert/strict'
import type { JWK } from 'jose'
import type { IdentityProvider } from '../../deploy/local/idp/identity-provider.ts'
import type { TokenOrder } from '../../deploy/local/idp/sign.ts'
import type { Claims } from '../../shared/domain/claims.ts'
import { exchangeOf, ID_TOKEN } from '../support/token-exchange.ts'
import type { Seeded } from './seeded.ts'
import { BUREAU_AUDIENCE, SERVICE, type Tenant } from './tenants.ts'

/** One request of the load, with what its sender knows about it and the bureau has to find out. */
export interface Order {
  readonly tenant: Tenant
  readonly what: Wish | Mistake
  readonly subjectToken: string
  readonly fields: Readonly<Record<string, string>>
  /** Whether "yes" may be the answer; otherwise only "no" is right. */
  readonly entitled: boolean
}

/** Requests that a tenant is entitled to. */
export type Wish = 'access_token' | 'id_token'

/** Requests that must be refused, each by another step. */
export type Mistake =
  | 'account of another tenant'
  | 'stranger'
  | 'condition'
  | 'expired'
  | 'wrong audience'
  | 'forged'
  | 'unknown kid'

const ANOTHERS = 'account of another tenant'

const MISTAKES: readonly Mistake[] = [
  ANOTHERS,
  'stranger',
  'condition',
  'expired',
  'wrong audience',
  'forged',
]

/** Makes orders; tokens are signed by whatever key signs at that moment. */
export interface Orders {
  /** A request that the tenant is entitled to. */
  readonly right: (tenant: Tenant, wish?: Wish) => Promise<Order>
  readonly wrong: (tenant: Tenant, mistake: Mistake) => Promise<Order>
  /** Any tenant, any kind that is possible with these tenants: nine of ten are right. */
  readonly any: () => Promise<Order>
  /** The public half of every key that signed for an order. */
  readonly keys: () => readonly JWK[]
}

/** Seconds that an access token of the load lives. */
const LIFETIME = '60'
/** Milliseconds that a signed token is used again. */
const REUSE = 2000

/** Orders of these tenants; `idp` gives the identity provider of the moment, `now` its clock. */
export function createOrders(
  idp: () => IdentityProvider,
  now: () => number,
  tenants: readonly Tenant[],
  random: Seeded,
): Orders {
  const possible = MISTAKES.filter((mistake) => tenants.length > 1 || mistake !== ANOTHERS)
  const keys = new Map<string, JWK>()
  const kept = new Map<string, { readonly token: Promise<string>; readonly at: number }>()

  /** Signing costs more than all the rest of a request: tokens of one key are used for 2 s. */
  const sign = (tenant: Tenant, what: string, order: TokenOrder): Promise<string> => {
    const provider = idp()
    const { kid, publicJwk } = provider.signingKey()
    keys.set(kid, publicJwk)
    const key = [kid, tenant.id, what].join(' ')
    const known = kept.get(key)
    if (known !== undefined && Math.abs(now() - known.at) < REUSE) return known.token
    const claims: Claims = { sub: tenant.subject, tenant: tenant.id, ...order.claims }
    const token = provider.sign({ audience: BUREAU_AUDIENCE, realm: tenant.id, ...order, claims })
    kept.set(key, { token, at: now() })
    return token
  }

  async function right(tenant: Tenant, wish: Wish = 'access_token'): Promise<Order> {
    const subjectToken = await sign(tenant, 'right', {})
    return {
      tenant,
      what: wish,
      subjectToken,
      fields: fieldsOf(wish, subjectToken),
      entitled: true,
    }
  }

  async function wrong(tenant: Tenant, mistake: Mistake): Promise<Order> {
    const subjectToken = await mistaken(tenant, mistake)
    const audience = mistake === ANOTHERS ? { audience: otherThan(tenant).account } : {}
    const fields = { ...fieldsOf('access_token', subjectToken), ...audience }
    return { tenant, what: mistake, subjectToken, fields, entitled: false }
  }

  function otherThan(tenant: Tenant): Tenant {
    return tenants.find(({ id }) => id !== tenant.id) ?? assert.fail('there is no other tenant')
  }

  async function mistaken(tenant: Tenant, mistake: Mistake): Promise<string> {
    switch (mistake) {
      case ANOTHERS:
        return sign(tenant, 'right', {})
      case 'stranger':
        return sign(tenant, mistake, { claims: { sub: 'job/stranger' } })
      case 'condition':
        return sign(tenant, mistake, { claims: { tenant: 'nobody' } })
      case 'expired':
        return sign(tenant, mistake, { lifetime: -120 })
      case 'wrong audience':
        return sign(tenant, mistake, { audience: 'https://elsewhere.example' })
      case 'forged': {
        const other = await sign(tenant, 'stranger', { claims: { sub: 'job/stranger' } })
        const [header, payload] = (await sign(tenant, 'right', {})).split('.')
        return [header, payload, other.split('.')[2]].join('.')
      }
      case 'unknown kid': {
        const kid = `made-up-${random.below(2 ** 31)}`
        return sign(tenant, kid, { header: { kid } })
      }
    }
  }

  return {
    right,
    wrong,
    keys: () => [...keys.values()],
    any: () => {
      const tenant = random.pick(tenants)
      const drawn = random.next()
      if (drawn < 0.1) return wrong(tenant, random.pick(possible))
      return right(tenant, drawn < 0.2 ? 'id_token' : 'access_token')
    },
  }
}

function fieldsOf(wish: Wish, subjectToken: string): Readonly<Record<string, string>> {
  const more =
    wish === 'id_token'
      ? { requested_token_type: ID_TOKEN, resource: SERVICE }
      : { lifetime: LIFETIME }
  return exchangeOf(subjectToken, more)
}
