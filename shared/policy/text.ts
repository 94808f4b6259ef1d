import { isUtf8 } from 'node:buffer'
import type { Problem } from './problem.ts'
import { positionsIn } from './yaml/source-map.ts'

/** Bytes of one file: room for ten thousand grants. */
export const MAX_POLICY_BYTES = 16 * 1024 * 1024

/** The text of a file, or why its bytes are none. */
export type FileText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Decodes UTF-8, strictly: a file in another encoding would be read as something else. */
export function readText(file: string, bytes: Uint8Array | string): FileText {
  if (bytes.length > MAX_POLICY_BYTES) {
    const message = `the file is larger than ${MAX_POLICY_BYTES / 1024 / 1024} MiB`
    return { ok: false, problems: [{ file, line: 1, column: 1, message }] }
  }
  if (typeof bytes === 'string') return { ok: true, text: bytes }
  const text = new TextDecoder().decode(bytes)
  if (isUtf8(bytes)) return { ok: true, text }
  const position = positionsIn(text)(text.indexOf('\uFFFD'))
  return { ok: false, problems: [{ file, ...position, message: 'the file is not valid UTF-8' }] }
}
