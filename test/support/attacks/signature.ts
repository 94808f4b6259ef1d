import { sign } from 'node:crypto'
import { base64url } from '../keys.ts'
import { partsOf, type AttackContext, type AttackRow } from './context.ts'

/** The order of P-256. */
export const P256_ORDER = BigInt(
  '0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
)

function row(id: string, name: string, make: AttackRow['make']): AttackRow {
  return { id, name, reason: 'signature', make }
}

/** A token of the ES256 issuer with a signature of the row's own. */
function elliptic(name: string, signature: (input: string, context: AttackContext) => Uint8Array) {
  return row('SG04', `ES256, ${name}`, (context) => {
    const header = { alg: 'ES256', kid: context.es.signer.kid, typ: 'JWT' }
    const input = `${base64url(header)}.${base64url({ ...context.base, iss: context.es.issuer })}`
    return `${input}.${base64url(signature(input, context))}`
  })
}

function flipped(part: 0 | 1 | 2, change: (bytes: Buffer) => void): AttackRow['make'] {
  return ({ genuine }) => {
    const parts = partsOf(genuine)
    const bytes = Buffer.from(parts[part], 'base64url')
    change(bytes)
    return parts.with(part, base64url(bytes)).join('.')
  }
}

function flipBit(bytes: Buffer, at: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ 0x20
}

/** 32 bytes, big endian. */
export function scalar(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
}

/** Signatures that are wrong, foreign, or right for something else. */
export const SIGNATURE_ATTACKS: readonly AttackRow[] = [
  row(
    'SG01',
    'one bit of the header: the case of typ',
    flipped(0, (bytes) => flipBit(bytes, bytes.indexOf('JWT'))),
  ),
  row(
    'SG01',
    'one bit of the payload',
    flipped(1, (bytes) => flipBit(bytes, bytes.indexOf('acme'))),
  ),
  row(
    'SG01',
    'one bit of the signature',
    flipped(2, (bytes) => flipBit(bytes, 100)),
  ),
  row('SG02', 'an empty signature', ({ genuine }) => partsOf(genuine).with(2, '').join('.')),
  row('SG02', 'another token’s signature', ({ genuine, sign: signed, header, base }) =>
    partsOf(genuine)
      .with(2, partsOf(signed(header, { ...base, sub: 'other' }))[2])
      .join('.'),
  ),
  row('SG02', 'a signature cut short', ({ genuine }) => genuine.slice(0, -4)),
  elliptic('r = s = 0', () => Buffer.alloc(64)),
  elliptic('r = s = n', () => Buffer.concat([scalar(P256_ORDER), scalar(P256_ORDER)])),
  elliptic('r = s = 1', () => Buffer.concat([scalar(1n), scalar(1n)])),
  elliptic('an empty signature', () => Buffer.alloc(0)),
  elliptic('DER encoding', (input, { es }) =>
    sign('sha256', Buffer.from(input), { key: es.signer.privateKey, dsaEncoding: 'der' }),
  ),
  elliptic('one byte too many', (input, { es }) =>
    Buffer.concat([es.signer.signature(input), Buffer.alloc(1)]),
  ),
  row('SG08', 'issuer B’s key, issuer A’s name', ({ b, header, base }) =>
    b.signer.sign(header, base),
  ),
  row('SG08', 'an unknown key under A’s kid', ({ attacker, header, base }) =>
    attacker.sign(header, base),
  ),
  row('SG08', 'A’s other key under this kid', ({ a, header, base }) => a.second.sign(header, base)),
]
