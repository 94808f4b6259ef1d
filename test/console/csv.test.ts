import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvLine } from '../../shared/console/csv.ts'
import { processorTime } from '../support/processor-time.ts'

const CELLS: readonly (readonly [
  what: string,
  value: string | number | undefined,
  cell: string,
])[] = [
  ['plain text', 'deployer', 'deployer'],
  ['nothing', undefined, ''],
  ['a number, negative ones included', -1, '-1'],
  ['a comma', 'a,b', '"a,b"'],
  ['a quotation mark', 'say "hi"', '"say ""hi"""'],
  ['a line end', 'a\r\nb', '"a\r\nb"'],
  ['a formula', '=1+1', "'=1+1"],
  ['a formula that calls out', '=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['a plus', '+1', "'+1"],
  ['a minus', '-1', "'-1"],
  ['an at sign', '@SUM(A1)', "'@SUM(A1)"],
  ['a tab', '\t=1', "'\t'=1"],
  ['a carriage return', '\r=1', `"'\r'=1"`],
  ['a formula behind spaces', '  =1', "'  =1"],
  ['a full-width equals sign', '\uff1d1', "'\uff1d1"],
  ['a formula behind a semicolon', 'a;=1+1;b', "a;'=1+1;b"],
  ['formulas behind spaces and tabs', 'a; @x\t-1', "a; '@x\t'-1"],
  ['a formula in a second line', 'a\n=1', `"a\n'=1"`],
  ['formulas behind empty lines and semicolons', 'a\n \n\n=1;;-1', `"a\n \n\n'=1;;'-1"`],
  ['an at sign inside', 'a@example.com', 'a@example.com'],
]

for (const [what, value, cell] of CELLS) {
  test(`${what} in a cell`, () => {
    assert.equal(csvLine([value]), `${cell}\r\n`)
  })
}

test('a cell of nothing but line feeds takes no time by their square', () => {
  const feeds = '\n'.repeat(200_000)
  const start = processorTime()
  assert.equal(csvLine([`a${feeds}x`]), `"a${feeds}x"\r\n`)
  assert.ok(processorTime() - start < 3000)
})

test('cells stand between commas', () => {
  assert.equal(csvLine(['a', undefined, 2]), 'a,,2\r\n')
})
