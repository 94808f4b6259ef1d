import { base64url } from '../keys.ts'
import { partsOf, type AttackContext, type AttackRow } from './context.ts'

function row(id: string, name: string, make: AttackRow['make']): AttackRow {
  return { id, name, reason: 'format', make }
}

function encrypted(name: string, header: object): AttackRow {
  return row('JH17', `JWE, ${name}`, ({ base }) =>
    [base64url({ ...header }), 'a2V5', 'aXY', base64url(base), 'dGFn'].join('.'),
  )
}

/** A genuine token whose given part is written in another way. */
function rewritten(part: 0 | 1 | 2, write: (text: string) => string): AttackRow['make'] {
  return ({ genuine }) =>
    partsOf(genuine)
      .with(part, write(partsOf(genuine)[part]))
      .join('.')
}

/** A genuine token with a character of the standard alphabet in its signature. */
function standardAlphabet(context: AttackContext): string {
  const [header, payload, signature] = partsOf(context.genuine)
  const standard = signature.replaceAll('-', '+').replaceAll('_', '/')
  // A signature without either character is rare but possible: another payload has another one.
  if (standard === signature) {
    return standardAlphabet({
      ...context,
      genuine: context.sign(context.header, { ...context.base, n: Math.random() }),
    })
  }
  return `${header}.${payload}.${standard}`
}

/** The outer form of a token: parts, size, alphabet. */
export const FORM_ATTACKS: readonly AttackRow[] = [
  encrypted('dir', { alg: 'dir', enc: 'A256GCM' }),
  encrypted('PBES2', { alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', p2c: 2 ** 31, p2s: 'c2FsdA' }),
  encrypted('dir and zip', { alg: 'dir', enc: 'A256GCM', zip: 'DEF' }),
  row('JH20', 'one part', ({ genuine }) => partsOf(genuine)[0]),
  row('JH20', 'two parts', ({ genuine }) => partsOf(genuine).slice(0, 2).join('.')),
  row('JH20', 'four parts', ({ genuine }) => `${genuine}.e30`),
  row('JH20', 'two dots alone', () => '..'),
  row(
    'JH20',
    'an empty header',
    rewritten(0, () => ''),
  ),
  row(
    'JH20',
    'an empty payload',
    rewritten(1, () => ''),
  ),
  row('JH20', 'thousands of dots', () => '.'.repeat(16_384)),
  row('JH20', 'over 16 KiB, else genuine', ({ sign, header, base }) =>
    sign(header, { ...base, pad: 'x'.repeat(16_384) }),
  ),
  row('JH20', 'a list of 10,000 elements: too large for any token', ({ sign, header, base }) =>
    sign(header, { ...base, groups: Array.from({ length: 10_000 }, () => 0) }),
  ),
  row('JH22', 'the standard alphabet in the signature', standardAlphabet),
  row(
    'JH22',
    'padding on the signature',
    rewritten(2, (text) => `${text}==`),
  ),
  row(
    'JH22',
    'padding on the payload',
    rewritten(1, (text) => `${text}=`),
  ),
  row(
    'JH22',
    'a space inside',
    rewritten(1, (text) => `${text.slice(0, 8)} ${text.slice(8)}`),
  ),
  row(
    'JH22',
    'a line end inside',
    rewritten(2, (text) => `${text.slice(0, 8)}\n${text.slice(8)}`),
  ),
  row(
    'JH22',
    'a fullwidth letter',
    rewritten(0, (text) => `\uFF45${text.slice(1)}`),
  ),
  row(
    'JH22',
    'one character too many',
    rewritten(0, (text) => text.padEnd(5 + text.length - (text.length % 4), 'A')),
  ),
]
