/** The known name that a few slips of the finger turn into `name`: two by default, one of a short name. */
export function closest(
  name: string,
  known: Iterable<string>,
  most: number = Math.min(2, name.length / 2),
): string | undefined {
  const wanted = name.toLowerCase()
  let nearest: string | undefined
  let fewest = Infinity
  for (const one of known) {
    const found = slips(wanted, one.toLowerCase(), most)
    if (found >= fewest) continue
    nearest = one
    fewest = found
  }
  return nearest
}

/** `, did you mean "NAME"?`, or nothing where no known name is near. */
export function didYouMean(name: string, known: Iterable<string>, most?: number): string {
  const near = closest(name, known, most)
  return near === undefined ? '' : `, did you mean "${near}"?`
}

/** Characters to insert, delete or replace (Levenshtein's distance); infinite beyond `most`. */
function slips(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, character] of a.split('').entries()) {
    const next = [i + 1]
    for (const [j, other] of b.split('').entries()) {
      const replaced = (row[j] ?? 0) + (character === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    if (Math.min(...next) > most) return Infinity
    row = next
  }
  const all = row[b.length] ?? Infinity
  return all <= most ? all : Infinity
}
