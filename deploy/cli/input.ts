import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { UsageError } from './command.ts'

/**
 * The text of a file that a command was given, `-` for standard input. Throws `UsageError` where it
 * cannot be read. `what` names the argument.
 */
export async function readInput(path: string, what: string): Promise<string> {
  try {
    return path === '-' ? await text(process.stdin) : await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new UsageError(`${what} ${path} cannot be read: ${code}`)
  }
}

/** The JSON values of a file: one document, an array of them, or one a line. Throws `UsageError`. */
export function jsonValuesIn(content: string, what: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(content)
    return Array.isArray(value) ? value : [value]
  } catch {
    return content
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line, index) => lineOf(line, index + 1, what))
  }
}

function lineOf(line: string, number: number, what: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new UsageError(`${what}: line ${number} is not JSON`)
  }
}
