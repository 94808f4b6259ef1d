import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { UsageError } from './command.ts'

/**
 * The text of a file that holds a key or a token, `-` for standard input. Throws `UsageError` where it
 * cannot be read, without a word of `path`: somebody may have given the secret in place of its file.
 */
export async function readSecret(path: string, what: string): Promise<string> {
  try {
    return path === '-' ? await text(process.stdin) : await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new UsageError(`${what} names no file that can be read: ${code}`)
  }
}

/** What `--help` says of the value of `--token`. */
export const TOKEN_HELP = 'itself, @FILE, or - for stdin.'

/** The token that `--token` gives: itself, `@FILE`, or `-` for standard input. Throws `UsageError`. */
export async function tokenGiven(given: string): Promise<string> {
  const file = given === '-' ? '-' : /^@(.+)/s.exec(given)?.[1]
  if (file !== undefined) return (await readSecret(file, '--token')).trim()
  if (existsSync(given)) throw new UsageError('--token was given a file: write @ before its name')
  return given.trim()
}

/** Beginnings of tokens, and whatever is too long and too even to be a word; a path has a dot or hyphen. */
const TOKEN_LIKE = /(?:eyJ|ya29\.)[\w.~+/=-]*|[\w~+=-]{40,}|[A-Za-z0-9+/]{40,}={0,2}/g

/** A complaint about arguments, fit for a log: what looks like a token is not repeated. */
export function withoutTokens(message: string): string {
  return message.replace(TOKEN_LIKE, (found) => `[${found.length} characters]`)
}
