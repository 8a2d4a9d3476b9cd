import { storageErrors } from '../domain/storage/errors.ts'

/** Lets work in until it is closed, and waits at closing for the work inside. */
export interface Gate {
  /** @throws `storage.closed` */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Runs `last` once nobody is inside any more. Only the first call counts; later ones wait for it. */
  close(last: () => Promise<void>): Promise<void>
}

export function openGate(): Gate {
  let inside = 0
  let closing: Promise<void> | null = null
  const empty = Promise.withResolvers<void>()
  return {
    during: async (work) => {
      if (closing !== null) throw storageErrors.closed({})
      inside++
      try {
        return await work()
      } finally {
        inside--
        if (closing !== null && inside === 0) empty.resolve()
      }
    },
    close: (last) => {
      if (closing !== null) return closing
      if (inside === 0) empty.resolve()
      closing = empty.promise.then(last)
      return closing
    },
  }
}
