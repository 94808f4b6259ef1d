import { isUtf8 } from 'node:buffer'
import type { Claims, ClaimValue } from '../domain/claims.ts'
import { Refusal, type Reason } from '../domain/refusal.ts'

/** How large a JSON text may be, and with which reason each breach is refused. */
export interface JsonRules {
  /** Levels of lists and objects, the outermost object included. */
  readonly maxDepth: number
  /** Members of all objects together. */
  readonly maxMembers: number
  /** Elements of one list. */
  readonly maxItems: number
  readonly reasons: {
    /** Not UTF-8, not JSON, not an object, a lone surrogate, a name that objects reserve. */
    readonly form: Reason
    readonly depth: Reason
    readonly size: Reason
    /** A name that occurs twice in one object. */
    readonly duplicate: (name: string) => Reason
    /** A number beyond 2^53, where doubles skip integers; `member` is the outermost name. */
    readonly number: (member: string) => Reason
  }
}

/** Names that reach the prototype of an ordinary object. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** A number as RFC 8259 section 6 spells it. */
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/**
 * Parses the bytes of one JSON object (RFC 8259) where no two readers may disagree: UTF-8 without a
 * byte order mark, no duplicate name however it is escaped, no lone surrogate, no number that a
 * double cannot hold, nothing after the object. The objects of the result have no prototype. Stops
 * at the first breach, so hostile depth costs nothing. Throws `Refusal` with the reasons of `rules`.
 */
export function parseStrictObject(bytes: Uint8Array, rules: JsonRules): Claims {
  const { reasons } = rules
  if (!isUtf8(bytes)) throw refused(reasons.form, 'not UTF-8')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  let at = 0
  let members = 0
  let outermost = ''

  function fail(what: string): never {
    throw refused(reasons.form, `${what} at character ${at}`)
  }

  /** The next character that is not white space, not consumed; NaN at the end. */
  function peek(): number {
    let code = text.charCodeAt(at)
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      at += 1
      code = text.charCodeAt(at)
    }
    return code
  }

  function expect(code: number): void {
    if (peek() !== code) fail('not JSON')
    at += 1
  }

  function value(depth: number): ClaimValue {
    switch (peek()) {
      case 0x22:
        return string()
      case 0x7b:
        return object(depth)
      case 0x5b:
        return list(depth)
      case 0x74:
        return literal('true', true)
      case 0x66:
        return literal('false', false)
      case 0x6e:
        return literal('null', null)
      default:
        return number()
    }
  }

  function object(depth: number): Claims {
    if (depth > rules.maxDepth) throw refused(reasons.depth, `deeper than ${rules.maxDepth}`)
    const result = Object.create(null) as Record<string, ClaimValue>
    at += 1
    if (peek() === 0x7d) {
      at += 1
      return result
    }
    for (;;) {
      if (peek() !== 0x22) fail('no member name')
      const name = string()
      if (RESERVED.has(name)) fail('reserved name')
      if (name in result) throw refused(reasons.duplicate(name), 'duplicate name in an object')
      members += 1
      if (members > rules.maxMembers) {
        throw refused(reasons.size, `more than ${rules.maxMembers} members`)
      }
      if (depth === 1) outermost = name
      expect(0x3a)
      result[name] = value(depth + 1)
      if (peek() === 0x7d) {
        at += 1
        return result
      }
      expect(0x2c)
    }
  }

  function list(depth: number): readonly ClaimValue[] {
    if (depth > rules.maxDepth) throw refused(reasons.depth, `deeper than ${rules.maxDepth}`)
    const result: ClaimValue[] = []
    at += 1
    if (peek() === 0x5d) {
      at += 1
      return result
    }
    for (;;) {
      if (result.length === rules.maxItems) {
        throw refused(reasons.size, `a list of more than ${rules.maxItems} elements`)
      }
      result.push(value(depth + 1))
      if (peek() === 0x5d) {
        at += 1
        return result
      }
      expect(0x2c)
    }
  }

  function string(): string {
    const start = at + 1
    let end = start
    let escaped = false
    for (let code = text.charCodeAt(end); code !== 0x22; code = text.charCodeAt(end)) {
      if (!(code >= 0x20)) fail('unfinished string or control character')
      if (code === 0x5c) escaped = true
      end += code === 0x5c ? 2 : 1
    }
    at = end + 1
    return escaped ? unescaped(text.slice(start - 1, at)) : text.slice(start, end)
  }

  /** Escapes are rare in tokens: the built-in parser reads such a string, quotes included. */
  function unescaped(quoted: string): string {
    let result: unknown
    try {
      result = JSON.parse(quoted)
    } catch {
      // falls through: the error's message would quote the token
    }
    if (typeof result !== 'string') fail('not a JSON string')
    if (!result.isWellFormed()) fail('lone surrogate')
    return result
  }

  function number(): number {
    const start = at
    while (isOfNumber(text.charCodeAt(at))) at += 1
    const digits = text.slice(start, at)
    if (!NUMBER.test(digits)) fail('not JSON')
    const result = Number(digits)
    if (Math.abs(result) <= Number.MAX_SAFE_INTEGER) return result
    throw refused(reasons.number(outermost), 'a number beyond 2^53')
  }

  function literal<T extends boolean | null>(word: string, meaning: T): T {
    if (!text.startsWith(word, at)) fail('not JSON')
    at += word.length
    return meaning
  }

  if (peek() !== 0x7b) fail('not a JSON object')
  const result = object(1)
  if (!Number.isNaN(peek())) fail('trailing characters')
  return result
}

function isOfNumber(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x65 ||
    code === 0x45 ||
    code === 0x2b
  )
}

function refused(reason: Reason, detail: string): Refusal {
  return new Refusal(reason, { detail })
}
