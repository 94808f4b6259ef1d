import type { Random } from './random.ts'
import type { RequestDraft } from './request-mutations.ts'

/** Writes a body, now and then in an unusual way that means the same, or in a way that is wrong. */
export function writeBody({ fields, type }: RequestDraft, random: Random): Buffer {
  if (type === 'json') return writeJson(fields, random)
  const pairs = fields.map(
    ([name, value]) => `${written(name, random)}=${written(text(value), random)}`,
  )
  const body = pairs.join(random.chance(0.05) ? '&&' : '&')
  if (!random.chance(0.1)) return Buffer.from(body)
  return random.pick([
    Buffer.from(`&${body}&`),
    Buffer.from(`${body}&x=%zz`),
    Buffer.from(`${body}&x=%ff`),
    Buffer.concat([Buffer.from(`${body}&x=`), Buffer.of(0xff)]),
    Buffer.from(`${body}&x`),
    Buffer.from(body.replace('=', '')),
    Buffer.from(body.slice(0, random.below(body.length))),
    Buffer.from(`${body}&x=é`),
  ])
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Percent-encoding, sometimes of more than is needed. */
function written(part: string, random: Random): string {
  if (!part.isWellFormed()) return 'x'
  const plain = encodeURIComponent(part)
  if (random.chance(0.05)) return plain.replaceAll('%20', '+')
  if (!random.chance(0.1)) return plain
  return plain.replaceAll(/[A-Za-z]/g, (letter, at: number) =>
    plain.charAt(at - 1) === '%' || plain.charAt(at - 2) === '%' || random.chance(0.8)
      ? letter
      : `%${letter.charCodeAt(0).toString(16)}`,
  )
}

function writeJson(fields: RequestDraft['fields'], random: Random): Buffer {
  const members = fields.map(([name, value]) => `${JSON.stringify(name)}:${numberOr(value)}`)
  const body = `{${members.join(random.chance(0.1) ? ' ,\n' : ',')}}`
  if (!random.chance(0.1)) return Buffer.from(body)
  return random.pick([
    Buffer.from(`${body} \n`),
    Buffer.from(`${body}{}`),
    Buffer.from(`[${body}]`),
    Buffer.from(`\uFEFF${body}`),
    Buffer.from(body.replace('"grant_type"', '"gr\\u0061nt_type"')),
    Buffer.from(body.slice(0, -1)),
    Buffer.from(`${body.slice(0, -1)},"x":{"y":1,"y":2}}`),
    Buffer.from(`${body.slice(0, -1)},"x":${'['.repeat(20)}${']'.repeat(20)}}`),
    Buffer.from(`${body.slice(0, -1)},"x":"\\ud800"}`),
    Buffer.from(`${body.slice(0, -1)},}`),
  ])
}

/** JSON has no infinity, but it can spell one. */
function numberOr(value: unknown): string {
  return value === Infinity ? '1e400' : JSON.stringify(value)
}
