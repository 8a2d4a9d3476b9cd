/** Work under the same key is done one after another, in the order in which it was given. */
export interface Turns<Key> {
  /** Resolves or rejects as `work` does. */
  take<T>(key: Key, work: () => Promise<T>): Promise<T>
  /** Whether anything of this key is under way. */
  busy(key: Key): boolean
  /** Resolves when all that was given is over. */
  over(): Promise<void>
}

export function turns<Key>(): Turns<Key> {
  const tails = new Map<Key, Promise<unknown>>()
  return {
    take: (key, work) => {
      const mine = (tails.get(key) ?? Promise.resolve()).then(work)
      const tail = mine.then(
        () => forget(),
        () => forget(),
      )
      const forget = (): void => {
        if (tails.get(key) === tail) tails.delete(key)
      }
      tails.set(key, tail)
      return mine
    },
    busy: (key) => tails.has(key),
    over: async () => void (await Promise.all(tails.values())),
  }
}
