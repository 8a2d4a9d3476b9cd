/** Which slots changed, in order. Each reader keeps its own place. */
export interface ChangeLog {
  /** How many changes there were so far: where a reader that has seen all of them stands. */
  readonly end: number
  /** @param usageOnly nothing changed but what is used of the host's resources */
  add(slot: number, usageOnly: boolean): void
  /** Whether everything since `place` is still there. If not, a reader has to look at all slots again. */
  reaches(place: number): boolean
  /** Tells of every change since `place`; of a slot that changed twice, twice. */
  since(place: number, tell: (slot: number, usageOnly: boolean) => void): void
}

/** Keeps the last `capacity` changes, a power of two. */
export function changeLog(capacity: number): ChangeLog {
  const entries = new Int32Array(capacity)
  const mask = capacity - 1
  let end = 0
  return {
    get end() {
      return end
    },
    add: (slot, usageOnly) => {
      entries[end & mask] = usageOnly ? ~slot : slot
      end++
    },
    reaches: (place) => end - place <= capacity,
    since: (place, tell) => {
      for (let at = place; at < end; at++) {
        const entry = entries[at & mask] as number
        tell(entry < 0 ? ~entry : entry, entry < 0)
      }
    },
  }
}
