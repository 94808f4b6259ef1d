import { createHash } from 'node:crypto'
import type { Reason } from '../../../shared/domain/refusal.ts'
import { base64url, makeSigner, type Signer } from '../keys.ts'
import type { AttackContext } from './context.ts'

/** A key set that an issuer publishes, and a token whose signature that set's key would verify. */
export interface KeySetAttack {
  readonly id: string
  readonly name: string
  readonly reason: Reason
  /** Built when needed: some keys take a while. */
  readonly build: () => {
    readonly keys: readonly { readonly [parameter: string]: unknown }[]
    readonly make: (context: AttackContext) => string
  }
}

type Jwk = { readonly [parameter: string]: unknown }

/** One key, published with changes, that signs the base. */
function published(
  id: string,
  reason: Reason,
  name: string,
  signer: () => Signer,
  publish: (jwk: Jwk) => readonly Jwk[] = (jwk) => [jwk],
): KeySetAttack {
  return {
    id,
    name,
    reason,
    build: () => {
      const made = signer()
      return {
        keys: publish({ ...made.publicJwk }),
        make: ({ header, base }) => made.sign({ ...header, kid: made.kid }, base),
      }
    },
  }
}

const rsa = (options?: Parameters<typeof makeSigner>[2]) => () => makeSigner('RS256', 'k1', options)

/** With e = 1 the padded digest is its own signature: whoever knows n can sign. */
function selfSigned(bytes: number): (input: string) => Buffer {
  return (input) => {
    const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex')
    const digest = Buffer.concat([prefix, createHash('sha256').update(input).digest()])
    const padding = Buffer.alloc(bytes - digest.length - 3, 0xff)
    return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digest])
  }
}

/** Key sets of issuer A, in place of its own. */
export const KEY_SET_ATTACKS: readonly KeySetAttack[] = [
  published('SG10', 'key_rejected', 'RSA of 1024 bits', rsa({ modulusLength: 1024 })),
  published('SG10', 'key_rejected', 'RSA of 4104 bits', rsa({ modulusLength: 4104 })),
  published('SG10', 'key_rejected', 'e = 3', rsa({ publicExponent: 3 })),
  {
    id: 'SG10',
    name: 'e = 1, signed without a private key',
    reason: 'key_rejected',
    build: () => {
      const { publicJwk } = makeSigner('RS256', 'k1')
      return {
        keys: [{ ...publicJwk, e: 'AQ' }],
        make: ({ header, base }) => {
          const input = `${base64url(header)}.${base64url(base)}`
          return `${input}.${base64url(selfSigned(256)(input))}`
        },
      }
    },
  },
  published('SG10', 'key_rejected', 'e of 33 bits', rsa(), (jwk) => [{ ...jwk, e: 'AQAAAAE' }]),
  published('SG12', 'kid', 'use enc', rsa(), (jwk) => [{ ...jwk, use: 'enc' }]),
  published('SG12', 'kid', 'key_ops without verify', rsa(), (jwk) => [
    { ...jwk, key_ops: ['encrypt'] },
  ]),
  published('SG12', 'kid', 'an oct key', rsa(), ({ kid, n }) => [{ kty: 'oct', kid, k: n }]),
  published('SG14', 'kid_ambiguous', 'two keys with the same kid', rsa(), (jwk) => [
    jwk,
    { ...makeSigner('RS256', 'k1').publicJwk },
  ]),
  published('IS15', 'kid', 'no keys at all', rsa(), () => []),
]
