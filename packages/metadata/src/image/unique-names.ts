/**
 * Hands out names that are unique once folded: the first wish or, where that is taken, one with a number. Names that
 * begin alike count on where the last one stopped.
 */
export function uniqueNames(fold: (name: string) => string) {
  const taken = new Set<string>()
  let next: Map<string, number> | null = null
  return ({ first, folded, numbered }: Wish): string => {
    if (!taken.has(folded)) {
      taken.add(folded)
      return first
    }
    next ??= new Map()
    for (let n = next.get(folded) ?? 1; ; n++) {
      const name = numbered(n)
      const other = fold(name)
      if (taken.has(other)) continue
      taken.add(other)
      next.set(folded, n + 1)
      return name
    }
  }
}

export interface Wish {
  readonly first: string
  readonly folded: string
  /** From one. */
  numbered(n: number): string
}

/** Stem and extension with its dot. A dot in front, or none, leaves all in the stem. */
export function splitName(name: string): readonly [stem: string, extension: string] {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)]
}
