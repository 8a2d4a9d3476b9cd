/**
 * Makes the value of each key once. The names of a drive's files come again in every folder of a version; one image
 * knows them for as long as it is made.
 */
export function memo<Value, Key = string>(): (key: Key, make: () => Value) => Value {
  const known = new Map<Key, Value>()
  return (key, make) => {
    const there = known.get(key)
    if (there !== undefined) return there
    const made = make()
    known.set(key, made)
    return made
  }
}
