/** Answers of a pure function, by a text; the oldest of too many is given up, and long texts are not kept. */
export interface Remembered<T> {
  /** @throws what `make` throws, and keeps nothing then */
  of(text: string, make: () => T): T
}

const [MOST, LONGEST] = [200, 1000]

/** A scheduler asks the same few questions over and over: one for each flavor. */
export function remembered<T>(): Remembered<T> {
  const kept = new Map<string, T>()
  return {
    of: (text, make) => {
      const known = kept.get(text)
      if (known !== undefined) return known
      const made = make()
      if (text.length > LONGEST) return made
      if (kept.size >= MOST) kept.delete(kept.keys().next().value as string)
      kept.set(text, made)
      return made
    },
  }
}
