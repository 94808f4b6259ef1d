import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** The lines of a stream, kept as they come. */
export interface Lines {
  readonly lines: () => readonly string[]
  /** The first line for which this holds, here already or still to come; rejects at `end`. */
  readonly line: (holds: (line: string) => boolean, end: Promise<unknown>) => Promise<string>
}

/**
 * Tells each line of a stream as it comes and collects them; without `keep` nothing is collected, for
 * streams that go on for days.
 */
export function collect(input: Readable, tell: (line: string) => void, keep = true): Lines {
  const lines: string[] = []
  const reader = createInterface({ input })
  reader.setMaxListeners(0)
  reader.on('line', (line) => {
    if (keep) lines.push(line)
    tell(line)
  })
  return {
    lines: () => lines,
    async line(holds, end) {
      for (let seen = 0; ; seen += 1) {
        while (seen >= lines.length) {
          const ended = await Promise.race([once(reader, 'line'), end.then(() => 'ended')])
          if (ended === 'ended' && seen >= lines.length) throw new Error('the line never came')
        }
        const line = lines[seen]
        if (line !== undefined && holds(line)) return line
      }
    },
  }
}
