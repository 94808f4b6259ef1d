import type { Change, FieldChange } from '../../../shared/explain/diff/structure.ts'
import type { Style, Terminal } from '../terminal.ts'

const MARKS: Readonly<Record<Change['kind'], readonly [string, Style]>> = {
  added: ['+', 'green'],
  removed: ['-', 'red'],
  changed: ['~', 'yellow'],
}

/** A change in lines for people: what it is about, then each field. */
export function changeLines(
  { kind, what, id, fields }: Change,
  { style }: Terminal,
): readonly string[] {
  const [mark, colour] = MARKS[kind]
  return [
    style(colour, `${mark} ${what} ${id}`),
    ...fields.flatMap(fieldLines).map((line) => `    ${line}`),
  ]
}

function fieldLines({ field, from, to }: FieldChange): readonly string[] {
  if (isTextList(from) && isTextList(to)) {
    const [before, after] = [new Set(from), new Set(to)]
    return [
      ...from.filter((one) => !after.has(one)).map((one) => `${field}: - ${one}`),
      ...to.filter((one) => !before.has(one)).map((one) => `${field}: + ${one}`),
    ]
  }
  if (from === undefined) return [`${field}: ${shown(to)}`]
  if (to === undefined) return [`${field}: ${shown(from)}, gone`]
  return [`${field}: ${shown(from)} -> ${shown(to)}`]
}

function shown(value: unknown): string {
  if (isTextList(value)) return value.join(' ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
