import { createHmac } from 'node:crypto'
import { constants, sign } from 'node:crypto'
import { base64url, type Part } from '../keys.ts'
import { withText, type AttackContext, type AttackRow } from './context.ts'

/** Signs the base with a header of the row's own. */
function headed(header: (context: AttackContext) => Part): AttackRow['make'] {
  return (context) => context.sign(header(context), context.base)
}

function row(
  id: string,
  reason: AttackRow['reason'],
  name: string,
  header: (context: AttackContext) => Part,
): AttackRow {
  return { id, name, reason, make: headed(header) }
}

function unsigned(alg: string): AttackRow {
  return {
    id: 'JH01',
    name: `alg ${alg}, empty signature`,
    reason: 'alg',
    make: ({ header, base }) => `${base64url({ ...header, alg })}.${base64url(base)}.`,
  }
}

function hmac(form: string, key: (context: AttackContext) => string | Buffer): AttackRow {
  return {
    id: 'JH03',
    name: `HS256 keyed with the public key as ${form}`,
    reason: 'alg',
    make: (context) => {
      const input = `${base64url({ ...context.header, alg: 'HS256' })}.${base64url(context.base)}`
      return `${input}.${createHmac('sha256', key(context)).update(input).digest('base64url')}`
    },
  }
}

/** The header of a token: algorithms, keys that it brings, key ids, extensions. */
export const HEADER_ATTACKS: readonly AttackRow[] = [
  ...['none', 'None', 'nOnE', 'RS256 ', 'rs256', ''].map(unsigned),
  row('JH01', 'alg', 'alg none with a genuine signature', ({ header }) => ({
    ...header,
    alg: 'none',
  })),
  hmac('PEM', ({ a }) => a.signer.publicKey.export({ format: 'pem', type: 'spki' })),
  hmac('DER', ({ a }) => a.signer.publicKey.export({ format: 'der', type: 'spki' })),
  hmac('JWK text', ({ a }) => JSON.stringify(a.signer.publicJwk)),
  {
    id: 'JH05',
    name: 'PS256 by the same key',
    reason: 'alg',
    make: ({ header, base, a }) => {
      const input = `${base64url({ ...header, alg: 'PS256' })}.${base64url(base)}`
      const signature = sign('sha256', Buffer.from(input), {
        key: a.signer.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      })
      return `${input}.${base64url(signature)}`
    },
  },
  row('JH05', 'alg', 'ES256 where the provider takes RS256', ({ header }) => ({
    ...header,
    alg: 'ES256',
  })),
  row('JH07', 'header', 'alg missing', ({ header: { kid, typ } }) => ({ kid, typ })),
  row('JH07', 'header', 'alg a list', ({ header }) => ({ ...header, alg: ['RS256'] })),
  row('JH07', 'header', 'alg a number', ({ header }) => ({ ...header, alg: 256 })),
  row('JH07', 'header', 'alg null', ({ header }) => ({ ...header, alg: null })),
  {
    id: 'JH08',
    name: 'jwk with the attacker’s signature',
    reason: 'header_key',
    make: ({ header, base, attacker }) =>
      attacker.sign({ ...header, jwk: attacker.publicJwk }, base),
  },
  row('JH08', 'header_key', 'jwk with the genuine signature', ({ header, a }) => ({
    ...header,
    jwk: a.signer.publicJwk,
  })),
  row('JH10', 'header_key', 'jku to a canary', ({ header, canary }) => ({
    ...header,
    jku: canary,
  })),
  row('JH10', 'header_key', 'x5u to a canary', ({ header, canary }) => ({
    ...header,
    x5u: canary,
  })),
  row('JH10', 'header_key', 'x5c', ({ header, attacker }) => ({
    ...header,
    x5c: [attacker.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')],
  })),
  row('JH12', 'kid', 'kid missing, two usable keys', ({ header: { alg, typ } }) => ({ alg, typ })),
  ...(
    [
      ['a number', 1],
      ['an object', { k1: true }],
      ['a list', ['k1']],
      ['null', null],
      ['empty', ''],
      ['4 KB', 'k'.repeat(4096)],
      ['with CRLF', 'k1\r\nx: y'],
      ['with NUL', 'k1\0'],
      ['a path', '../../dev/null'],
      ['__proto__', '__proto__'],
      ['a query', "' OR 1=1 --"],
      ['unknown', 'k9'],
      ['with a Cyrillic letter', '\u043A1'],
    ] as const
  ).map(([name, kid]) => row('JH13', 'kid', `kid ${name}`, ({ header }) => ({ ...header, kid }))),
  ...(
    [
      ['unknown', { crit: ['exp2'], exp2: 1 }],
      ['empty', { crit: [] }],
      ['with one name twice', { crit: ['b64', 'b64'], b64: true }],
      ['naming b64', { crit: ['b64'], b64: false }],
      ['a string', { crit: 'b64' }],
      ['missing beside b64', { b64: false }],
    ] as const
  ).map(([name, members]) =>
    row('JH14', 'crit', `crit ${name}`, ({ header }) => ({ ...header, ...members })),
  ),
  row('JH14', 'crit', 'crit twice', ({ header }) =>
    withText(header, '"crit":["exp"],"crit":["exp"]'),
  ),
  {
    id: 'JH16',
    name: 'cty JWT around a genuine token',
    reason: 'header',
    make: ({ header, genuine, sign: signed }) => signed({ ...header, cty: 'JWT' }, genuine),
  },
  row('JH16', 'header', 'zip', ({ header }) => ({ ...header, zip: 'DEF' })),
  row('JH16', 'header', 'a member nobody knows', ({ header }) => ({ ...header, trust: true })),
  ...['at+jwt', 'logout+jwt', 'secevent+jwt', 'JOSE', 'application/jwt', '', null, 1].map((typ) =>
    row('JH16', 'header', `typ ${JSON.stringify(typ)}`, ({ header }) => ({ ...header, typ })),
  ),
  row('JH18', 'json_duplicate', 'alg twice', ({ header }) => withText(header, '"alg":"RS256"')),
  row('JH18', 'json_duplicate', 'kid twice, escaped once', ({ header }) =>
    withText(header, '"\\u006bid":"k1"'),
  ),
  row('JH18', 'header', 'a byte order mark', ({ header }) => `\uFEFF${JSON.stringify(header)}`),
  row('JH18', 'header', 'a list', ({ header }) => [header]),
  row('JH18', 'header', 'no JSON', () => 'RS256'),
  row('JH18', 'header', 'deep nesting', ({ header }) =>
    withText(header, `"typ2":${'['.repeat(4000)}${']'.repeat(4000)}`),
  ),
]
