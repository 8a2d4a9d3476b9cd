/** What was let go and has not ended, by the queue that it held up. */
export interface Stragglers {
  /** It counts until `until` has settled. */
  add(queue: string, until: Promise<unknown>): void
  has(queue: string): boolean
}

export function stragglers(): Stragglers {
  const counts = new Map<string, number>()
  const change = (queue: string, by: number): void => {
    const count = (counts.get(queue) ?? 0) + by
    if (count === 0) counts.delete(queue)
    else counts.set(queue, count)
  }
  return {
    add: (queue, until) => {
      change(queue, 1)
      const gone = (): void => change(queue, -1)
      until.then(gone, gone)
    },
    has: (queue) => counts.has(queue),
  }
}
