/**
 * Hands out names that are unique once folded: `numbered(first)` or, where that is taken, one with a higher number.
 * Names that begin alike count on where the last one stopped.
 */
export function uniqueNames(fold: (name: string) => string) {
  const taken = new Set<string>()
  const next = new Map<string, number>()
  return (numbered: (n: number) => string, first = 0): string => {
    const basis = fold(numbered(first))
    for (let n = next.get(basis) ?? first; ; n++) {
      const name = numbered(n)
      const folded = fold(name)
      if (taken.has(folded)) continue
      taken.add(folded)
      next.set(basis, n + 1)
      return name
    }
  }
}

/** Stem and extension with its dot. A dot in front, or none, leaves all in the stem. */
export function splitName(name: string): readonly [stem: string, extension: string] {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)]
}
