/** The known name that a few slips of the finger turn into `name`: two by default, one of a short name. */
export function closest(
  name: string,
  known: Iterable<string>,
  most: number = Math.min(2, name.length / 2),
): string | undefined {
  const distances = [...known].map((one) => ({
    one,
    slips: slips(name.toLowerCase(), one.toLowerCase()),
  }))
  const [nearest] = distances.toSorted((a, b) => a.slips - b.slips)
  return nearest !== undefined && nearest.slips <= most ? nearest.one : undefined
}

/** `, did you mean "NAME"?`, or nothing where no known name is near. */
export function didYouMean(name: string, known: Iterable<string>, most?: number): string {
  const near = closest(name, known, most)
  return near === undefined ? '' : `, did you mean "${near}"?`
}

/** Characters to insert, delete or replace (Levenshtein's distance); names are short. */
function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, character] of a.split('').entries()) {
    const next = [i + 1]
    for (const [j, other] of b.split('').entries()) {
      const replaced = (row[j] ?? 0) + (character === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? Infinity
}
