/** Who leaves when, the earliest first; of equal times those first that were added first. */
export interface Departures<T> {
  add(at: number, what: T): void
  /** Takes out the earliest that leaves at this time or before; null if there is none. */
  next(until: number): T | null
}

interface Entry<T> {
  readonly at: number
  readonly turn: number
  readonly what: T
}

/** A binary heap. */
export function openDepartures<T>(): Departures<T> {
  const heap: Entry<T>[] = []
  let turn = 0
  const isBefore = (a: Entry<T>, b: Entry<T>): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn)
  const entry = (at: number): Entry<T> => heap[at] as Entry<T>
  const swap = (a: number, b: number): void => {
    const moved = entry(a)
    heap[a] = entry(b)
    heap[b] = moved
  }
  const up = (from: number): void => {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1
      if (!isBefore(entry(at), entry(parent))) return
      swap(at, parent)
      at = parent
    }
  }
  const down = (): void => {
    for (let at = 0; ;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && isBefore(entry(child), entry(least))) least = child
      }
      if (least === at) return
      swap(at, least)
      at = least
    }
  }
  return {
    add: (at, what) => {
      heap.push({ at, turn: turn++, what })
      up(heap.length - 1)
    },
    next: (until) => {
      const first = heap[0]
      if (first === undefined || first.at > until) return null
      const last = heap.pop() as Entry<T>
      if (heap.length > 0) {
        heap[0] = last
        down()
      }
      return first.what
    },
  }
}
