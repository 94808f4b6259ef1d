import { without, type AttackContext, type AttackRow } from './context.ts'

const AUDIENCES: readonly (readonly [name: string, aud: (context: AttackContext) => unknown])[] = [
  ['wrong', () => 'https://other.example.com'],
  ['a list of a wrong one', () => ['https://other.example.com']],
  ['an empty list', () => []],
  ['an empty string', () => ''],
  ['a star', () => '*'],
  ['a number', () => 1],
  ['true', () => true],
  ['null', () => null],
  ['an object', ({ audience }) => ({ [audience]: audience })],
  ['a nested list', ({ audience }) => [[audience]]],
  ['the right one beside a number', ({ audience }) => [audience, 1]],
  ['the right one among 101', ({ audience }) => Array.from({ length: 101 }, () => audience)],
  ['a prefix', ({ audience }) => audience.slice(0, -1)],
  ['a suffix', ({ audience }) => `${audience}x`],
  ['with a slash', ({ audience }) => `${audience}/`],
  ['in another case', ({ audience }) => audience.toUpperCase()],
  ['with a space', ({ audience }) => `${audience} `],
  ['two in one string', ({ audience }) => `${audience} https://other.example.com`],
]

/** `aud`: everything but the audience itself, or a list that holds it. */
export const AUDIENCE_ATTACKS: readonly AttackRow[] = [
  {
    id: 'AU01',
    name: 'aud missing',
    reason: 'audience',
    make: ({ sign, header, base }) => sign(header, without(base, 'aud')),
  },
  ...AUDIENCES.map(([name, aud]): AttackRow => ({
    id: 'AU01',
    name: `aud ${name}`,
    reason: 'audience',
    make: (context) => context.sign(context.header, { ...context.base, aud: aud(context) }),
  })),
  {
    id: 'AU10',
    name: 'aud the Host header of an attacker',
    reason: 'audience',
    make: ({ sign, header, base }) => sign(header, { ...base, aud: 'https://evil.example' }),
  },
]
