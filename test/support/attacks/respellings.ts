import { base64url } from '../keys.ts'
import { partsOf, type AttackContext, type AttackRow } from './context.ts'
import { P256_ORDER, scalar } from './signature.ts'

/** A genuine token that was used, and another text of the same token: reason `replay`. */
export interface Respelling {
  readonly id: 'TM11'
  readonly name: string
  readonly first: (context: AttackContext) => string
  /** What is sent the second time, made of the first. */
  readonly again: (token: string) => string
}

function ellipticToken({ es, base }: AttackContext): string {
  const header = { alg: 'ES256', kid: es.signer.kid, typ: 'JWT' }
  return es.signer.sign(header, { ...base, iss: es.issuer })
}

/** (r, n - s) is as good a signature as (r, s). */
function mirrored(token: string): string {
  const [header, payload, signature] = partsOf(token)
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const mirror = Buffer.concat([bytes.subarray(0, 32), scalar(P256_ORDER - s)])
  return `${header}.${payload}.${base64url(mirror)}`
}

/** The same token with unused bits set in the last character of its signature. */
export function respelt(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(token.slice(-1))
  return `${token.slice(0, -1)}${alphabet[last + 1] ?? ''}`
}

/** Tokens that are genuine but for the spelling of their signature, never used before. */
export const RESPELT_ATTACKS: readonly AttackRow[] = [
  {
    id: 'JH22',
    name: 'unused bits in the signature',
    reason: 'format',
    make: ({ genuine }) => respelt(genuine),
  },
  {
    id: 'JH22',
    name: 'unused bits in an ES256 signature',
    reason: 'format',
    make: (context) => respelt(ellipticToken(context)),
  },
]

/** Ways to present a token twice. A trailing newline is trimmed at the edge, before the gate. */
export const RESPELLINGS: readonly Respelling[] = [
  { id: 'TM11', name: 'the same text', first: ({ genuine }) => genuine, again: (token) => token },
  {
    id: 'TM11',
    name: 'a trailing newline',
    first: ({ genuine }) => genuine,
    again: (token) => `${token}\n`,
  },
  {
    id: 'TM11',
    name: 'unused bits in the last character',
    first: ({ genuine }) => genuine,
    again: respelt,
  },
  { id: 'TM11', name: 'ES256 with n - s', first: ellipticToken, again: mirrored },
  {
    id: 'TM11',
    name: 'ES256 with unused bits in the last character',
    first: ellipticToken,
    again: respelt,
  },
]
