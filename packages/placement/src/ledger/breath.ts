import { nextRound } from '@novakit/core'

/**
 * For work in many small steps: after every so many of them everybody else has a turn. A call may be as large as its
 * sender likes, and its transaction then takes the time that it takes; but nobody else is kept from theirs.
 * @returns a promise where a turn is due; `by` says how many steps were done
 */
export function breathing(every: number): (by?: number) => Promise<void> | undefined {
  let steps = 0
  return (by = 1) => {
    steps += by
    if (steps < every) return undefined
    steps = 0
    return nextRound()
  }
}

/** Between two passes over so many things. */
export async function rest(size: number): Promise<void> {
  if (size > 200) await nextRound()
}
