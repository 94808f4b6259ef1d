import { parseDocument, type Document } from 'yaml'
import { enough, type Problem } from '../problem.ts'
import { positionsIn, sourceMap, type SourceMap } from './source-map.ts'
import { plainValue, type Complain } from './values.ts'

/** What a file's text says, with the places of all its values; or why it says nothing. */
export type ParsedYaml =
  | { readonly ok: true; readonly value: unknown; readonly source: SourceMap }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads one YAML 1.2 document, strictly: syntax errors, a second document, directives, duplicate or
 * non-string keys, tags, merge keys, alias bombs and invisible characters are problems. Never throws.
 */
export function parseYaml(file: string, text: string): ParsedYaml {
  const position = positionsIn(text)
  const problems: Problem[] = []
  const complain = (offset: number, message: string): void => {
    if (!enough(problems)) problems.push({ file, ...position(offset), message })
  }
  const hidden = HIDDEN.exec(text)
  if (hidden !== null)
    complain(hidden.index, `the character ${codePoint(hidden[0])} is not allowed`)
  const document = parsed(text)
  if (document === undefined) complain(0, TOO_DEEP)
  else if (document.contents === null && document.errors.length === 0)
    complain(0, 'the file is empty')
  else complainOfSyntax(document, complain)
  if (document === undefined || problems.length > 0)
    return { ok: false, problems: firstOfLine(problems) }
  const { value, aliases } = plainValue(document.contents, complain)
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value, source: sourceMap(file, text, document.contents, aliases) }
}

const TOO_DEEP = 'the YAML is nested too deeply'

/**
 * Control characters, and the invisible or direction-changing ones that would let a reviewer read
 * something else than what is loaded.
 */
const HIDDEN = /[\p{Cf}\u2028\u2029]|(?![\t\n\r])\p{Cc}/u

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** Undefined where the parser ran out of stack. Keys are compared later, in linear time. */
function parsed(text: string): Document.Parsed | undefined {
  try {
    const options = { prettyErrors: false, uniqueKeys: false, logLevel: 'error' } as const
    const document = parseDocument(text, options)
    return document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION') ? undefined : document
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function complainOfSyntax(document: Document.Parsed, complain: Complain): void {
  for (const { pos, code, message } of document.errors)
    complain(pos[0], code === 'MULTIPLE_DOCS' ? 'the file holds a second document' : plain(message))
  if (document.directives.yaml.explicit === true)
    complain(0, 'YAML directives (%YAML) are not supported')
}

/** Sentences that speak of the parser instead of the file. */
const WORDS: ReadonlyMap<string, string> = new Map([
  [
    'Unexpected scalar at node end',
    "there is more behind the value's end: a ' within '...' is written twice",
  ],
])

/** The parser's sentence as part of a line. */
function plain(message: string): string {
  const line = message.replace(/\s+/g, ' ').replace("'quote", 'quote').trim()
  return WORDS.get(line) ?? line.charAt(0).toLowerCase() + line.slice(1)
}

/** One slip in the syntax makes the parser complain several times: the first word is the true one. */
function firstOfLine(problems: readonly Problem[]): readonly Problem[] {
  const byLine = new Map<number, Problem>()
  let last: Problem | undefined
  for (const problem of problems) {
    const again = problem.message === last?.message && problem.line === last.line + 1
    last = problem
    if (!again && !byLine.has(problem.line)) byLine.set(problem.line, problem)
  }
  return [...byLine.values()]
}
