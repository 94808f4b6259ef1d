import { DatabaseSync } from 'node:sqlite'
import { CompactSign } from 'jose'
import request, { type Response, type Test } from 'supertest'
import type { FaultSetting } from '../../../deploy/local/loopback/faults.ts'
import type { TokenOrder } from '../../../deploy/local/idp/sign.ts'
import { base64url } from '../../support/keys.ts'
import { BUREAU_AUDIENCE, type Scene } from '../../support/scene.ts'
import { exchangeOf, type Fields } from '../../support/token-exchange.ts'

/** Sends one request and gives its answer. */
export type Ask = () => PromiseLike<Response>

/** What the requests need to know of the bureau that refuses them. */
export interface RefusingBureau {
  readonly scene: Scene
  /** Requests a minute that it takes, of an address and of a principal. */
  readonly limit: number
  /** The file of its SQLite sink, which must accept every record. */
  readonly store: string
}

/** Requests that a bureau refuses, each from an address of its own. */
export type Refused = ReturnType<typeof refusedRequests>

/** The makers of those requests. */
export function refusedRequests({ scene, limit, store }: RefusingBureau) {
  const { google, idp } = scene
  const { url } = scene.bureau
  const tokens: string[] = []
  let callers = 0

  const from = (test: Test, address = `198.51.${callers >> 8}.${callers++ & 255}`): Test =>
    test.set('X-Forwarded-For', address)
  const send = (fields: object, address?: string): Test =>
    from(request(url).post('/v1/token'), address).type('form').send(fields)
  const kept = async (token: Promise<string>): Promise<string> => {
    tokens.push(await token)
    return token
  }
  const pipeline = (order: TokenOrder = {}): Promise<string> => kept(scene.pipeline(order))
  const exchange = async (order: TokenOrder, change: Fields = {}): Promise<Response> =>
    send(exchangeOf(await pipeline(order), change))
  const inRealm = (realm: string, order: TokenOrder = {}): Promise<string> =>
    kept(idp.sign({ realm, audience: BUREAU_AUDIENCE, ...order }))

  return {
    /** Every subject token that was handed in. */
    tokens: (): readonly string[] => tokens,
    get:
      (path: string): Ask =>
      () =>
        from(request(url).get(path)),
    put:
      (path: string): Ask =>
      () =>
        from(request(url).put(path)),
    post:
      (path: string): Ask =>
      () =>
        from(request(url).post(path)),
    form:
      (fields: object, headers: Readonly<Record<string, string>> = {}): Ask =>
      () =>
        send(fields).set(headers),
    raw:
      (type: string, body: string, headers: Readonly<Record<string, string>> = {}): Ask =>
      () =>
        from(request(url).post('/v1/token')).type(type).set(headers).send(body),
    /** An exchange with other parameters. */
    asks:
      (change: Fields): Ask =>
      () =>
        exchange({}, change),
    /** An exchange of another token. */
    hands:
      (order: TokenOrder): Ask =>
      () =>
        exchange(order),
    /** An exchange of a token with other claims. */
    claims:
      (changed: NonNullable<TokenOrder['claims']>): Ask =>
      () =>
        exchange({ claims: changed }),
    /** An exchange while an endpoint of Google's is struck by a fault. */
    struck:
      (endpoint: 'sts' | 'generateAccessToken', fault: FaultSetting): Ask =>
      async () => {
        google.faults.set(endpoint, fault)
        try {
          return await exchange({})
        } finally {
          google.faults.clear()
        }
      },
    tokenInAddress: async (): Promise<Response> =>
      from(request(url).post(`/v1/token?subject_token=${await pipeline()}`)),
    unsigned:
      (alg: string): Ask =>
      async () => {
        const [, payload = ''] = (await pipeline()).split('.')
        const signature = alg === 'none' ? '' : base64url('a'.repeat(32))
        return send(exchangeOf(`${base64url({ alg, typ: 'JWT' })}.${payload}.${signature}`))
      },
    brokenSignature: async (): Promise<Response> => {
      const token = await pipeline()
      const at = token.length - 100
      const other = token[at] === 'A' ? 'B' : 'A'
      return send(exchangeOf(`${token.slice(0, at)}${other}${token.slice(at + 1)}`))
    },
    /** A token over any payload, signed by the identity provider. */
    signed:
      (payload: string): Ask =>
      async () => {
        const { kid, privateKey } = idp.signingKey()
        const signer = new CompactSign(Buffer.from(payload))
        const token = signer.setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
        return send(exchangeOf(await kept(token)))
      },
    replayed: async (): Promise<Response> => {
      const token = await inRealm('once')
      return last(1, () => send(exchangeOf(token)))
    },
    tooMany: (): Promise<Response> => last(limit, () => send({}, '203.0.113.1')),
    tooManyOfOne: async (): Promise<Response> => {
      const token = await inRealm('partner', { claims: { sub: 'partner/eager' } })
      return last(limit, () => send(exchangeOf(token)))
    },
    /** An exchange while somebody else holds the audit store. */
    unrecorded: async (): Promise<Response> => {
      const other = new DatabaseSync(store)
      other.exec('BEGIN IMMEDIATE')
      try {
        return await exchange({})
      } finally {
        other.exec('ROLLBACK')
        other.close()
      }
    },
  }
}

/** The answer after so many others. */
async function last(count: number, ask: Ask): Promise<Response> {
  for (let sent = 0; sent < count; sent += 1) await ask()
  return ask()
}

/** Claims nested this deep. */
export function nested(depth: number): NonNullable<TokenOrder['claims']> {
  return depth === 0 ? {} : { deeper: nested(depth - 1) }
}
