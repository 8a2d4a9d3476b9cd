import type { Board } from './board.ts'
import type { Cone } from './cone.ts'
import { BLOCK, PER_SECTION, SECTION, type Fleet } from './fleet.ts'
import { openFrontRows, type FrontRows } from './front-rows.ts'
import type { Lane, LaneWatcher } from './lane.ts'

/** Rows that a front may have. Where there are more, it has their corner instead. */
const WIDTH = 30
const DOUBTS = 7
/** In place of a number of rows: nobody has looked there yet. */
const UNSEEN = 255

/**
 * The fronts of a lane: of each section those hosts that may weigh most under some factors of the cone. They are the ones
 * that no other one dominates, which is to weigh more under all factors of it. A front is a few rows of oriented scores, a
 * small hull of its section. A change costs little: a host that stands out is added, one that has gone stays as a bound,
 * and most are neither. A section is looked at again only when somebody needs it, and of its blocks those that changed.
 */
export interface Fronts extends LaneWatcher {
  isStale(section: number): boolean
  refresh(section: number): void
  /** Whether its rows are its hosts; else they are a bound alone. */
  isNarrow(section: number): boolean
  /** No host of the section has a greater sum. -Infinity: there is none. */
  bound(section: number, factors: Float64Array): number
  /** Tells of the rows of a section that is neither stale nor wide. */
  rowsOf(section: number, tell: (row: number) => void): void
  readonly rows: FrontRows
  /** Whether another lane has all of its hosts in a section. */
  isAllOf(section: number, bits: Uint16Array): boolean
  /** The hosts of a block that none of it dominates, as bits; equals among them. */
  leadersOf(block: number): number
}

/** @param parent those of all hosts of the board, under the same cone: most that is true of them is true of the lane */
export function openFronts(
  fleet: Fleet,
  lane: Pick<Lane, 'bits' | 'has'>,
  board: Board,
  cone: Cone,
  parent: Fronts | null,
): Fronts {
  /** Those of each section, and then the ones that a block is worked out with. */
  const rows = openFrontRows(board, cone)
  let scratch = 0
  let depth = 0
  /** By section. */
  let sizes = new Uint8Array(0)
  let stale = new Uint8Array(0)
  let wide = new Uint8Array(0)
  /** Its front was that of the parent. */
  let kin = new Uint8Array(0)
  /** How often not to ask for it, after it was not. */
  let doubts = new Uint8Array(0)
  /** By section, a bit for each block that changed. */
  let changedBlocks = new Uint16Array(0)
  /** By block, a bit for each host that none of its block dominates, as of when it was looked at. */
  let leaders = new Uint16Array(0)

  const toCorner = (section: number, size: number, slot: number): void => {
    rows.toCorner(section * WIDTH, size, slot)
    wide[section] = sizes[section] = 1
  }
  const lookAtBlock = (block: number): void => {
    const bits = lane.bits[block] as number
    const leadersOfAll = parent === null ? 0 : parent.leadersOf(block)
    const isAll = leadersOfAll !== 0 && (leadersOfAll & ~bits) === 0
    leaders[block] = isAll ? leadersOfAll : leadersAmong(rows, scratch, block, bits)
  }
  /** Takes over the parent's front, if all of its hosts are in the lane. */
  const takeOver = (from: Fronts, section: number): boolean => {
    if (kin[section] === 0 && (doubts[section] as number) > 0) {
      doubts[section] = (doubts[section] as number) - 1
      return false
    }
    if (from.isStale(section)) from.refresh(section)
    kin[section] = 0
    doubts[section] = DOUBTS
    if (!from.isNarrow(section)) return false
    const first = section * WIDTH
    let size = 0
    let isWhole = true
    from.rowsOf(section, (row) => {
      const slot = from.rows.slotOf(row)
      isWhole &&= lane.has(slot) && (from.rows.tiesOf(row) === 1 || from.isAllOf(section, lane.bits))
      if (isWhole) rows.write(first + size++, slot, from.rows.tiesOf(row))
    })
    if (!isWhole) return false
    kin[section] = 1
    wide[section] = stale[section] = 0
    sizes[section] = size
    changedBlocks[section] = 2 ** PER_SECTION - 1
    return true
  }
  const refresh = (section: number): void => {
    if (parent !== null && takeOver(parent, section)) return
    const begin = section * PER_SECTION
    for (let left = changedBlocks[section] as number; left !== 0; left &= left - 1) {
      lookAtBlock(begin + 31 - Math.clz32(left & -left))
    }
    changedBlocks[section] = stale[section] = wide[section] = 0
    const first = section * WIDTH
    let size = 0
    for (let block = begin; block < begin + PER_SECTION; block++) {
      for (let left = leaders[block] as number; left !== 0; left &= left - 1) {
        const slot = block * BLOCK + 31 - Math.clz32(left & -left)
        if (wide[section] === 0) size = rows.insert(first, size, WIDTH, slot)
        if (size > WIDTH) toCorner(section, size === WIDTH + 1 && wide[section] === 0 ? WIDTH : 1, slot)
      }
    }
    if (wide[section] === 0) sizes[section] = size
  }
  return {
    anew: () => {
      const sections = fleet.capacity / SECTION
      if (sizes.length !== sections || depth !== board.varying.length) {
        depth = board.varying.length
        sizes = new Uint8Array(sections)
        stale = new Uint8Array(sections)
        wide = new Uint8Array(sections)
        kin = new Uint8Array(sections)
        doubts = new Uint8Array(sections)
        changedBlocks = new Uint16Array(sections)
        leaders = new Uint16Array(sections * PER_SECTION)
        scratch = sections * WIDTH
        rows.resize(scratch + BLOCK)
      }
      stale.fill(1)
      kin.fill(parent === null ? 0 : 1)
      sizes.fill(UNSEEN)
      changedBlocks.fill(2 ** PER_SECTION - 1)
    },
    changed: (slot) => {
      const block = Math.trunc(slot / BLOCK)
      const section = Math.trunc(block / PER_SECTION)
      changedBlocks[section] = (changedBlocks[section] as number) | (1 << (block % PER_SECTION))
      const size = sizes[section] as number
      if (kin[section] === 1) stale[section] = 1
      if (size === UNSEEN || kin[section] === 1) return
      const led = ((leaders[block] as number) & (1 << (slot % BLOCK))) !== 0
      if (led) stale[section] = 1
      if (!lane.has(slot)) return
      const lead = rows.leadOver(section * WIDTH, size, slot)
      if (lead > cone.clearance) return
      stale[section] = 1
      if (lead >= 0) return
      if (size === WIDTH || wide[section] === 1) return toCorner(section, size, slot)
      rows.write(section * WIDTH + size, slot)
      sizes[section] = size + 1
    },
    isStale: (section) => stale[section] === 1,
    refresh,
    isNarrow: (section) => wide[section] === 0,
    bound: (section, factors) => {
      if (kin[section] === 1 && stale[section] === 1 && parent !== null) return parent.bound(section, factors)
      const size = sizes[section] as number
      if (size === UNSEEN) return Number.POSITIVE_INFINITY
      return rows.greatest(section * WIDTH, size, factors)
    },
    leadersOf: (block) => {
      const section = Math.trunc(block / PER_SECTION)
      const bit = 1 << (block % PER_SECTION)
      if (((changedBlocks[section] as number) & bit) !== 0) lookAtBlock(block)
      changedBlocks[section] = (changedBlocks[section] as number) & ~bit
      return leaders[block] as number
    },
    rowsOf: (section, tell) => {
      const first = section * WIDTH
      for (let row = first; row < first + (sizes[section] as number); row++) tell(row)
    },
    rows,
    isAllOf: (section, bits) => areSame(bits, lane.bits, section),
  }
}

/** Of some hosts of a block, as bits: those that none of them dominates. */
function leadersAmong(rows: FrontRows, scratch: number, block: number, bits: number): number {
  let size = 0
  for (let left = bits; left !== 0; left &= left - 1) {
    size = rows.insert(scratch, size, BLOCK, block * BLOCK + 31 - Math.clz32(left & -left))
  }
  let mask = 0
  let count = 0
  for (let row = scratch; row < scratch + size; row++) {
    mask |= 1 << (rows.slotOf(row) % BLOCK)
    count += rows.tiesOf(row)
  }
  // Those that are equal to a row belong to it.
  return count === size ? mask : bits
}

/** Whether two lanes have the same hosts in a section. */
function areSame(some: Uint16Array, others: Uint16Array, section: number): boolean {
  const end = (section + 1) * PER_SECTION
  for (let block = end - PER_SECTION; block < end; block++) if (some[block] !== others[block]) return false
  return true
}
