import { withText, without, SUBJECT, type AttackContext, type AttackRow } from './context.ts'
import type { Part } from '../keys.ts'

function row(
  id: string,
  reason: AttackRow['reason'],
  name: string,
  payload: (context: AttackContext) => Part,
): AttackRow {
  return { id, name, reason, make: (context) => context.sign(context.header, payload(context)) }
}

/** JSON text `depth` levels deep, the payload's own object included. */
function nested(depth: number): (context: AttackContext) => string {
  const lists = depth - 1
  return ({ base }) => withText(base, `"deep":${'['.repeat(lists)}${']'.repeat(lists)}`)
}

const SUBJECTS: readonly (readonly [name: string, sub: unknown])[] = [
  ['a list', [SUBJECT]],
  ['a number', 1001],
  ['an object', { value: SUBJECT }],
  ['null', null],
  ['a boolean', true],
  ['empty', ''],
  ['of 256 characters', 'x'.repeat(256)],
]

const UNSEEN: readonly (readonly [name: string, character: string])[] = [
  ['NUL', '\0'],
  ['CR', '\r'],
  ['LF', '\n'],
  ['TAB', '\t'],
  ['DEL', '\u007F'],
  ['a C1 control', '\u0085'],
  ['a bidirectional override', '\u202E'],
  ['a bidirectional isolate', '\u2066'],
  ['a zero-width space', '\u200B'],
  ['a zero-width joiner', '\u200D'],
  ['a word joiner', '\u2060'],
  ['a byte order mark', '\uFEFF'],
  ['a soft hyphen', '\u00AD'],
  ['a combining grapheme joiner', '\u034F'],
  ['a Hangul filler', '\u3164'],
  ['a variation selector', '\uFE0F'],
  ['a tag character', '\u{E0041}'],
  ['an annotation mark', '\uFFF9'],
  ['a line separator', '\u2028'],
  ['a noncharacter', '\uFFFF'],
]

/** The claims of a token: types, characters, JSON that two readers read differently, size. */
export const CLAIM_ATTACKS: readonly AttackRow[] = [
  row('CL01', 'claims', 'sub missing', ({ base }) => without(base, 'sub')),
  ...SUBJECTS.map(([name, sub]) =>
    row('CL01', 'claims', `sub ${name}`, ({ base }) => ({ ...base, sub })),
  ),
  ...UNSEEN.map(([name, character]) =>
    row('CL04', 'claims', `sub with ${name}`, ({ base }) => ({
      ...base,
      sub: `${SUBJECT}${character}`,
    })),
  ),
  row('CL04', 'claims', 'sub with a lone high surrogate', ({ base }) =>
    withText(without(base, 'sub'), '"sub":"repo:\\ud800"'),
  ),
  row('CL04', 'claims', 'sub with a lone low surrogate', ({ base }) =>
    withText(without(base, 'sub'), '"sub":"\\uDC00repo"'),
  ),
  row('CL04', 'claims', 'a claim with a lone surrogate', ({ base }) =>
    withText(base, '"ref":"\\ud83d"'),
  ),
  row('CL04', 'claims', 'a claim’s name with a lone surrogate', ({ base }) =>
    withText(base, '"\\ud83d":1'),
  ),
  ...['sub', 'aud', 'iss', 'exp'].map((name) =>
    row('CL07', 'json_duplicate', `${name} twice`, ({ base }) =>
      withText(base, `"${name}":${JSON.stringify(base[name])}`),
    ),
  ),
  row('CL07', 'json_duplicate', 'sub twice, escaped once', ({ base }) =>
    withText(base, '"\\u0073ub":"admin"'),
  ),
  row('CL07', 'json_duplicate', 'a name twice inside a claim', ({ base }) =>
    withText(base, '"act":{"sub":"a","sub":"b"}'),
  ),
  ...['__proto__', 'constructor', 'prototype'].map((name) =>
    row('CL10', 'claims', `a claim ${name}`, ({ base }) => withText(base, `"${name}":{"admin":1}`)),
  ),
  row('CL10', 'claims', 'a claim __proto__, escaped', ({ base }) =>
    withText(base, '"\\u005f_proto__":{"admin":1}'),
  ),
  row('CL10', 'claims', '__proto__ inside a claim', ({ base }) =>
    withText(base, '"act":{"__proto__":{"admin":1}}'),
  ),
  row('CL11', 'claims', 'payload a list', ({ base }) => [base]),
  row('CL11', 'claims', 'payload a string', () => '"sub"'),
  row('CL11', 'claims', 'payload a number', () => '1'),
  row('CL11', 'claims', 'payload null', () => 'null'),
  row('CL11', 'claims', 'payload of white space', () => ' \n'),
  row('CL11', 'claims', 'a byte order mark', ({ base }) => `\uFEFF${JSON.stringify(base)}`),
  row('CL11', 'claims', 'a trailing {}', ({ base }) => `${JSON.stringify(base)}{}`),
  row('CL11', 'claims', 'a trailing NUL', ({ base }) => `${JSON.stringify(base)}\0`),
  row('CL11', 'claims', 'a trailing comma', ({ base }) => withText(base, '')),
  row('CL11', 'claims', 'cut short', ({ base }) => JSON.stringify(base).slice(0, -1)),
  row('CL11', 'claims', 'bad UTF-8', ({ base }) =>
    Buffer.from(withText(base, '"ref":"\u00FF"'), 'latin1'),
  ),
  row('CL11', 'claims', 'a surrogate in UTF-8', ({ base }) =>
    Buffer.concat([
      Buffer.from(withText(base, '"ref":"').slice(0, -1)),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ]),
  ),
  row('CL12', 'claims', 'an integer beyond 2^53', ({ base }) =>
    withText(base, '"actor_id":9007199254740993'),
  ),
  row('CL12', 'claims', 'a number beyond doubles', ({ base }) => withText(base, '"level":1e999')),
  row('CL12', 'claims', 'a jti that is a number', ({ base }) => ({ ...base, jti: 1 })),
  ...[33, 5000].map((depth) => row('CL13', 'claims_depth', `${depth} levels`, nested(depth))),
  row('CL13', 'claims_depth', '33 objects', ({ base }) =>
    withText(base, `"deep":${'{"a":'.repeat(32)}1${'}'.repeat(32)}`),
  ),
  row('CL17', 'claims_size', '1,000 claims', ({ base }) => ({
    ...base,
    ...Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`c${index}`, 0])),
  })),
  row('CL17', 'claims_size', 'a list of 3,000 elements', ({ base }) => ({
    ...base,
    groups: Array.from({ length: 3000 }, () => 0),
  })),
]

/**
 * Genuine tokens that only look like an allowed one: verification passes them unchanged, and no
 * grant may fit them. The policy grants the base's subject, `groups` `["admin"]`, `email_verified`
 * `true` and `repository_id` `"2002"`.
 */
export const LOOKALIKES: readonly AttackRow[] = [
  row('CL06', 'no_grant', 'a Cyrillic letter in sub', ({ base }) => ({
    ...base,
    sub: SUBJECT.replace('acme', '\u0430cme'),
  })),
  row('CL16', 'no_grant', 'groups "admin" for ["admin"]', ({ base }) => ({
    ...base,
    sub: 'other',
    groups: 'admin',
  })),
  row('CL16', 'no_grant', 'email_verified "true" for true', ({ base }) => ({
    ...base,
    sub: 'other',
    email_verified: 'true',
  })),
  row('CL16', 'no_grant', 'id 2002 for "2002"', ({ base }) => ({
    ...base,
    sub: 'other',
    repository_id: 2002,
  })),
]
