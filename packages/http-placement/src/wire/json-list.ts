import { nextRound } from '@novakit/core'

/** Entries that are made into text in one go: some milliseconds. */
const SLICE = 200

/** `{"name":[…]}` of a list of any length, others having their turn in between. */
export async function jsonList<T>(name: string, values: readonly T[], wireOf: (value: T) => unknown): Promise<string> {
  return `{${JSON.stringify(name)}:[${await joined(values, (value) => JSON.stringify(wireOf(value)))}]}`
}

/** The texts of all values with commas between them, others having their turn in between. */
export async function joined<T>(values: readonly T[], textOf: (value: T) => string): Promise<string> {
  const parts: string[] = []
  for (let at = 0; at < values.length; at += SLICE) {
    if (at > 0) await nextRound()
    parts.push(
      values
        .slice(at, at + SLICE)
        .map(textOf)
        .join(','),
    )
  }
  return parts.join(',')
}
