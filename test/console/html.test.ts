import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html, markup, type Content } from '../../shared/console/html.ts'

const show = (value: string) => markup(html`<p title="${value}">${value}</p>`)

const HOSTILE: readonly (readonly [what: string, value: string, shown: string])[] = [
  ['markup', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['the end of an attribute', '" onmouseover="x', '&quot; onmouseover=&quot;x'],
  ['an apostrophe and a backtick', "'`", '&#39;&#96;'],
  ['an entity', '&lt;', '&amp;lt;'],
  ['the end of a script', '</script>', '&lt;/script&gt;'],
  ['a right-to-left override', 'a\u202eb', 'a\\u202eb'],
  ['a zero-width space', 'a\u200bb', 'a\\u200bb'],
  ['a colour of terminals', '\u001b[31m', '\\u001b[31m'],
  ['a tag character', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ['a soft hyphen', 'a\u00adb', 'a\\u00adb'],
  ['a carriage return', 'a\rb', 'a\\u000db'],
  ['a tab and a line feed', 'a\t\nb', 'a\t\nb'],
  ['NUL', '\u0000', '\\u0000'],
  ['a lone surrogate', '\ud800', '\ufffd'],
  ['other scripts', 'Größe 日本 👍', 'Größe 日本 👍'],
]

for (const [what, value, shown] of HOSTILE) {
  test(`${what} shows as text, in content and in attributes`, () => {
    assert.equal(show(value), `<p title="${shown}">${shown}</p>`)
  })
}

test('templates nest, lists are joined, and nothing shows nothing', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
  const nothing: readonly Content[] = [undefined, false, null, []]
  assert.equal(markup(html`${items}${nothing}${0}`), '<li>a</li><li>&lt;b&gt;</li>0')
})

test('an object that only looks like markup is not taken for it', () => {
  const forged = JSON.parse('{"markup":"<b>","length":0}') as never
  assert.throws(() => html`${forged}`, TypeError)
})
