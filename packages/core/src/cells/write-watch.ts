import { problemOf } from '../domain/error.ts'

/** Knows whether a store stores: one may go on answering while its disk is full. */
export interface WriteWatch {
  readonly stored: boolean
  /** Passes on what `write` answers or throws. Every write is let through: the next that succeeds shows that all is well. */
  watch<T>(write: () => Promise<T>): Promise<T>
}

/** How many writes in a row may end so. A refused statement may be that statement's own fault, again and again. */
const borne: Readonly<Record<string, number>> = {
  'storage.full': 0,
  'storage.read_only': 0,
  'storage.failed': 2,
}

export function writeWatch(changed: () => void): WriteWatch {
  let stored = true
  let inARow = 0
  const say = (now: boolean): void => {
    if (stored === now) return
    stored = now
    changed()
  }
  return {
    get stored() {
      return stored
    },
    watch: async (write) => {
      try {
        const answer = await write()
        inARow = 0
        say(true)
        return answer
      } catch (error) {
        const most = borne[problemOf(error).code]
        if (most !== undefined && ++inARow > most) say(false)
        throw error
      }
    },
  }
}
