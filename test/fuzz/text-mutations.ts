import type { Random } from './random.ts'

/** Changes the text of a header or a payload before it is signed; bytes where it is no text. */
export type TextMutation = (text: string, random: Random) => string | Buffer

/** Changes a finished token. */
export type CompactMutation = (token: string, random: Random) => string

/** A place between two members of an object's text. */
function inserted(text: string, member: string): string {
  return `${text.slice(0, -1)},${member}}`
}

/** One random member name of the text, quotes included. */
function nameIn(text: string, random: Random): string {
  const names = text.match(/"[^"\\]{1,30}"(?=:)/g) ?? ['"sub"']
  return names[random.below(names.length)] ?? '"sub"'
}

/** The name with one character written as an escape. */
function escaped(name: string, random: Random): string {
  const at = 1 + random.below(Math.max(1, name.length - 2))
  const code = name.charCodeAt(at).toString(16).padStart(4, '0')
  return `${name.slice(0, at)}\\u${code}${name.slice(at + 1)}`
}

export const TEXT_MUTATIONS: readonly [TextMutation, ...TextMutation[]] = [
  (text, random) => inserted(text, `${nameIn(text, random)}:"x"`),
  (text, random) => inserted(text, `${escaped(nameIn(text, random), random)}:"x"`),
  (text, random) => {
    const name = nameIn(text, random)
    return text.replace(name, escaped(name, random))
  },
  (text, random) =>
    text.replaceAll(/[:,{}]/g, (mark) => (random.chance(0.3) ? `${mark} \n\t` : mark)),
  (text, random) => text + random.pick([' ', '\n', '{}', 'x', '\0', ',']),
  (text, random) => random.pick(['\uFEFF', ' ', '\n', '[']) + text,
  (text, random) =>
    inserted(
      text,
      random.pick(['"a":1e3', '"a":1E400', '"a":-0', '"a":01', '"a":.5', '"a":9e15', '"a":9.1e15']),
    ),
  (text, random) =>
    inserted(
      text,
      random.pick([
        '"a":"\\ud800"',
        '"a":"\\ud83d\\ude00"',
        '"\\udc00":1',
        '"a":"\\x41"',
        '"a":"\t"',
      ]),
    ),
  (text, random) =>
    inserted(
      text,
      random.pick([
        '"__proto__":{}',
        '"a":{"constructor":1}',
        '"prototype":1',
        '"__proto":1',
        '"a":{"x":1,"x":2}',
      ]),
    ),
  (text) => text.slice(0, -1),
  (text, random) => {
    const bytes = Buffer.from(text)
    bytes[random.below(bytes.length)] = random.below(256)
    return bytes
  },
  (text, random) => {
    const at = random.below(text.length)
    return text.slice(0, at) + text.slice(at + 1)
  },
  (text, random) => {
    const bytes = Buffer.from(inserted(text, '"a":"??"'))
    bytes.write(
      random.pick(['\u00C3\u0028', '\u00FF\u00FE', '\u00C0\u00AF', '\u00C3\u00A9']),
      bytes.length - 4,
      'latin1',
    )
    return bytes
  },
]

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The character of base64url whose last bit is the other one. */
export function nextCharacter(character: string): string {
  return ALPHABET.charAt(ALPHABET.indexOf(character) ^ 1)
}

function replacedAt(token: string, at: number, by: string): string {
  return token.slice(0, at) + by + token.slice(at + 1)
}

export const COMPACT_MUTATIONS: readonly [CompactMutation, ...CompactMutation[]] = [
  (token, random) =>
    replacedAt(token, random.below(token.length), ALPHABET.charAt(random.below(64))),
  (token, random) =>
    replacedAt(
      token,
      random.below(token.length),
      random.pick(['', '.', '=', '+', '/', ' ', 'é', '%']),
    ),
  (token, random) => token + random.pick(['=', '==', 'A', '.', '.e30', '\n', '\t ', '\u00A0']),
  (token, random) => random.pick([' ', '\n', '\u3000', 'Bearer ']) + token,
  (token, random) => token.slice(0, random.below(token.length)),
  (token, random) => {
    const parts = token.split('.')
    return random.pick([
      parts.toReversed().join('.'),
      parts.slice(0, 2).join('.'),
      `${parts[0]}.${parts[1]}.`,
      `${parts[0]}..${parts[2]}`,
      [...parts, ...parts].join('.'),
    ])
  },
  (token) => token.slice(0, -1) + nextCharacter(token.slice(-1)),
  (token, random) => {
    const [header, payload, signature = ''] = token.split('.')
    const bytes = Buffer.from(signature, 'base64url')
    bytes[random.below(bytes.length)] = random.below(256)
    return `${header}.${payload}.${bytes.toString('base64url')}`
  },
  (token) => {
    const [header, payload, signature = ''] = token.split('.')
    return `${header}.${payload}.${Buffer.alloc(Buffer.from(signature, 'base64url').length).toString('base64url')}`
  },
]
