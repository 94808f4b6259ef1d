import assert from 'node:assert/strict'
import { test } from 'node:test'
import { excerpt } from '../../shared/google/excerpt.ts'

const JWT = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.${'s'.repeat(342)}`

const ROWS: readonly (readonly [what: string, text: string, excerpt: string])[] = [
  ['plain words', 'The audience is wrong.', 'The audience is wrong.'],
  [
    'an issuer and an audience',
    'The audience in ID Token [https://bureau.example.com] does not match the expected audience.',
    'The audience in ID Token [https://bureau.example.com] does not match the expected audience.',
  ],
  ['a JWT', `Token ${JWT} is bad.`, 'Token [removed] is bad.'],
  ['the start of a JWT', 'Token eyJhbGciOi is bad.', 'Token [removed] is bad.'],
  ['a Google access token', 'Token ya29.c.b0Aaekm1K is bad.', 'Token [removed] is bad.'],
  ['a long run of base64', `Key ${'Ab3+'.repeat(8)} is bad.`, 'Key [removed] is bad.'],
  ['a token that was sent', 'Token p@ss/w0rd is bad.', 'Token [removed] is bad.'],
  ['lines', 'one\r\n{"severity":"ERROR"}\u2028two\u001b[31m', 'one {"severity":"ERROR"} two [31m'],
  ['a long word', `<${'a/'.repeat(80)}>`, `<${'a/'.repeat(49)}a...`],
  ['a long text', 'word '.repeat(100), 'word '.repeat(40)],
]

for (const [what, text, expected] of ROWS) {
  test(`an excerpt of ${what}`, () => {
    assert.equal(excerpt(text, ['p@ss/w0rd']), expected)
  })
}
