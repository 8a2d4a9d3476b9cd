/** Which slots changed, in order. Each reader keeps its own place. */
export interface ChangeLog {
  /** How many changes there were so far: where a reader that has seen all of them stands. */
  readonly end: number
  /** @param usageOnly nothing changed but what is used of the host's resources */
  add(slot: number, usageOnly: boolean): void
  /** Whether everything since `place` is still there. If not, a reader has to look at all slots again. */
  reaches(place: number): boolean
  /** Tells of every slot that changed since `place`, once, and whether that was its usage alone. */
  since(place: number, tell: (slot: number, usageOnly: boolean) => void): void
}

/**
 * Keeps the last `capacity` changes, a power of two.
 * @param slots that there may be
 */
export function changeLog(capacity: number, slots: number): ChangeLog {
  const entries = new Int32Array(capacity)
  const mask = capacity - 1
  let end = 0
  const slotOf = (entry: number): number => (entry < 0 ? ~entry : entry)
  /** The slots that changed between two places, once each: mostly several readers ask for the same. */
  const distinct = openDistinct(slots, (place) => entries[place & mask] as number)
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
      if (end === place) return
      if (end === place + 1) {
        const entry = entries[place & mask] as number
        return tell(slotOf(entry), entry < 0)
      }
      const found = distinct(place, end)
      for (let at = 0; at < found.length; at++) tell(slotOf(found[at] as number), (found[at] as number) < 0)
    },
  }
}

type Distinct = (from: number, to: number) => readonly number[]

function openDistinct(slots: number, entryAt: (place: number) => number): Distinct {
  /** By slot: where it stands in the list of this turn. */
  const positions = new Int32Array(slots)
  const turns = new Int32Array(slots)
  let turn = 0
  let found: number[] = []
  let span = { from: -1, to: -1 }
  return (from, to) => {
    if (span.from === from && span.to === to) return found
    span = { from, to }
    found = []
    turn++
    for (let place = from; place < to; place++) {
      const entry = entryAt(place)
      const slot = entry < 0 ? ~entry : entry
      if (turns[slot] !== turn) {
        turns[slot] = turn
        positions[slot] = found.push(entry) - 1
      } else if (entry >= 0) found[positions[slot] as number] = entry
    }
    return found
  }
}
