/** Remembers the last so many. */
export interface LastOf<Key, Value> {
  set(key: Key, value: Value): void
  get(key: Key): Value | undefined
}

export function lastOf<Key, Value>(most: number): LastOf<Key, Value> {
  const known = new Map<Key, Value>()
  return {
    set: (key, value) => {
      known.delete(key)
      known.set(key, value)
      if (known.size > most) known.delete(known.keys().next().value as Key)
    },
    get: (key) => known.get(key),
  }
}
