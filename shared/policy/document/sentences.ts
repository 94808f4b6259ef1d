import type { z } from 'zod'
import { didYouMean } from '../closest.ts'

type RawIssue = z.core.$ZodRawIssue

/** What is said of a key that is not there. */
export const IS_MISSING = 'is missing'

/**
 * The predicate of a sentence whose subject is a key (`must be a list`), for every kind of failure
 * that the schema itself has no words for.
 */
export function predicateOf(issue: RawIssue): string {
  if (issue.input === undefined) return IS_MISSING
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(String(issue.expected), issue.input)
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}${hint(issue.values, issue.input)}`
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${unitOf(issue.origin)}`
    case 'too_small':
      return `must be at least ${String(issue.minimum)}${unitOf(issue.origin)}`
    case 'unrecognized_keys':
      return 'has unknown keys'
    default:
      return 'is not valid'
  }
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a string',
}

function wrongType(expected: string, input: unknown): string {
  const wanted = `must be ${TYPES[expected] ?? expected}`
  if (input === null) return `${wanted}, and is empty`
  const scalar = typeof input === 'number' || typeof input === 'boolean'
  return expected === 'string' && scalar ? `${wanted}: put ${String(input)} in quotes` : wanted
}

function oneOf(values: readonly unknown[]): string {
  const [only] = values
  return values.length === 1 ? String(only) : `one of ${values.join(', ')}`
}

/** Of two or three values none is meant for certain. */
function hint(values: readonly unknown[], input: unknown): string {
  return typeof input === 'string' && values.length > 3 ? didYouMean(input, values.map(String)) : ''
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters'
  return origin === 'array' ? ' entries' : ''
}
