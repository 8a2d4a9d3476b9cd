import { nextRound } from '@novakit/core'

/**
 * For work in many small steps: after every so many of them everybody else has a turn. A call may be as large as its
 * sender likes, and its transaction then takes the time that it takes; but nobody else is kept from theirs.
 */
export function breathing(every: number): () => Promise<void> {
  let steps = 0
  return async () => {
    if (++steps % every === 0) await nextRound()
  }
}

/** Between two passes over so many things. */
export async function rest(size: number): Promise<void> {
  if (size > 200) await nextRound()
}
