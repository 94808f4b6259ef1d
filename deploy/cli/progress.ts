import type { WriteStream } from 'node:tty'

/** Tells how far a long piece of work is. */
export interface Progress {
  /** `total` undefined where nobody knows. */
  readonly update: (done: number, total: number | undefined) => void
  /** Takes the bar away. */
  readonly end: () => void
}

const WIDTH = 30
/** Milliseconds between two updates: of a bar on a terminal, of a line elsewhere. */
const PACE = { terminal: 100, other: 5000 }

/** A bar on a terminal, a line every five seconds elsewhere. `unit` is what is counted. */
export function showProgress(
  stream: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean },
  label: string,
  unit: string,
): Progress {
  const terminal = stream.isTTY === true
  const pace = terminal ? PACE.terminal : PACE.other
  let shownAt = performance.now()
  return {
    update(done, total) {
      const now = performance.now()
      if (now - shownAt < pace) return
      shownAt = now
      const text = `${label} ${portion(done, total)} ${done.toLocaleString('en')} ${unit}`
      stream.write(terminal ? `\r${text}\u001b[K` : `${text}\n`)
    },
    end() {
      if (terminal) stream.write('\r\u001b[K')
    },
  }
}

function portion(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return ''
  const share = Math.min(1, done / total)
  const filled = Math.round(share * WIDTH)
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)} %`
}
