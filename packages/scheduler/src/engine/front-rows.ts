import type { Board } from './board.ts'
import type { Cone } from './cone.ts'

/**
 * Rows of oriented scores, each with a slot that has them and how many hosts have the very same. A front is some rows in a
 * row, from `first` on. One row dominates another if its sum is greater under all factors of the cone, rounding or not.
 */
export interface FrontRows {
  /** Other strands, or more rows. */
  resize(count: number): void
  slotOf(row: number): number
  tiesOf(row: number): number
  write(row: number, slot: number, ties?: number): void
  /** Adds a host to a front of `before` rows. @returns how many it has then, which may be one more than there is room for */
  insert(first: number, before: number, room: number, slot: number): number
  /** By how much the sum of one of the rows exceeds the host's under any factors, at least. */
  leadOver(first: number, size: number, slot: number): number
  /** Makes one row of all, and a host besides: the greatest score of each strand. */
  toCorner(first: number, size: number, slot: number): void
  sumOf(row: number, factors: Float64Array): number
  greatest(first: number, size: number, factors: Float64Array): number
}

export function openFrontRows(board: Board, cone: Cone): FrontRows {
  let depth = 0
  let slots = new Int32Array(0)
  let ties = new Uint16Array(0)
  let rows = new Float64Array(0)

  const leadOver = (first: number, size: number, slot: number): number => {
    const { low, high } = cone
    const mine = rows
    const all = board.rows
    const width = depth
    const there = slot * width
    let most = Number.NEGATIVE_INFINITY
    for (let here = first * width; here < (first + size) * width; here += width) {
      let lead = 0
      for (let at = 0; at < width; at++) {
        const apart = (mine[here + at] as number) - (all[there + at] as number)
        lead += apart * (apart > 0 ? (low[at] as number) : (high[at] as number))
      }
      if (lead > most) most = lead
    }
    return most
  }
  const write = (row: number, slot: number, count = 1): void => {
    const all = board.rows
    for (let at = 0; at < depth; at++) rows[row * depth + at] = all[slot * depth + at] as number
    slots[row] = slot
    ties[row] = count
  }
  const move = (from: number, to: number): void => {
    for (let at = 0; at < depth; at++) rows[to * depth + at] = rows[from * depth + at] as number
    slots[to] = slots[from] as number
    ties[to] = ties[from] as number
  }
  const swap = (one: number, other: number): void => {
    for (let at = 0; at < depth; at++) {
      const score = rows[one * depth + at] as number
      rows[one * depth + at] = rows[other * depth + at] as number
      rows[other * depth + at] = score
    }
    const slot = slots[one] as number
    slots[one] = slots[other] as number
    slots[other] = slot
    const count = ties[one] as number
    ties[one] = ties[other] as number
    ties[other] = count
  }
  const raise = (at: number, score: number): void => {
    if (score > (rows[at] as number)) rows[at] = score
  }
  const insert = (first: number, before: number, room: number, slot: number): number => {
    const { low, high, clearance } = cone
    const mine = rows
    const all = board.rows
    const width = depth
    const there = slot * width
    let size = before
    for (let row = first; row < first + size;) {
      let lead = 0
      let lag = 0
      let isEqual = true
      const here = row * width
      for (let at = 0; at < width; at++) {
        const apart = (mine[here + at] as number) - (all[there + at] as number)
        if (apart === 0) continue
        isEqual = false
        const near = apart * (low[at] as number)
        const far = apart * (high[at] as number)
        lead += apart > 0 ? near : far
        lag -= apart > 0 ? far : near
      }
      if (lead > clearance) {
        // Who dominates many is soon asked first.
        if (row > first) swap(row, row - 1)
        return size
      }
      if (isEqual) {
        ties[row] = (ties[row] as number) + 1
        return size
      }
      if (lag <= clearance) row++
      else if (row < first + --size) move(first + size, row)
    }
    if (size < room) write(first + size, slot)
    return size + 1
  }
  const sumOf = (row: number, factors: Float64Array): number => {
    let sum = 0
    for (let at = 0; at < depth; at++) sum += (factors[at] as number) * (rows[row * depth + at] as number)
    return sum
  }
  return {
    leadOver,
    write,
    insert,
    sumOf,
    resize: (count) => {
      depth = board.varying.length
      slots = new Int32Array(count)
      ties = new Uint16Array(count)
      rows = new Float64Array(count * depth)
    },
    slotOf: (row) => slots[row] as number,
    tiesOf: (row) => ties[row] as number,
    toCorner: (first, size, slot) => {
      const corner = first * depth
      for (let each = corner + depth; each < corner + size * depth; each++) {
        raise(corner + ((each - corner) % depth), rows[each] as number)
      }
      for (let at = 0; at < depth; at++) raise(corner + at, board.rows[slot * depth + at] as number)
    },
    greatest: (first, size, factors) => {
      let most = Number.NEGATIVE_INFINITY
      for (let row = first; row < first + size; row++) most = Math.max(most, sumOf(row, factors))
      return most
    },
  }
}
