import { BLOCK, SECTION, type Fleet } from './fleet.ts'
import { UNKNOWN, type Field } from './field.ts'
import type { Lane } from './lane.ts'

const PER_SECTION = SECTION / BLOCK

/** The hosts of a lane that weigh as much as its best, together with some others, in the order of their slots. */
export interface Ties {
  readonly count: number
  /** @param index from 0, less than `count` */
  at(index: number): number
}

/** @param others slots outside the lane, ascending; @param inLane whether those of the lane count */
export function tiesOf(
  fleet: Fleet,
  lane: Lane | null,
  field: Field | null,
  others: readonly number[],
  inLane: boolean,
): Ties {
  if (!inLane || lane === null || field === null) {
    return { count: others.length, at: (index) => others[index] as number }
  }
  const slotsIn = (block: number): readonly number[] => {
    const found: number[] = []
    for (let left = lane.bits[block] as number; left !== 0; left &= left - 1) {
      const slot = block * BLOCK + 31 - Math.clz32(left & -left)
      if (field.isTie(slot)) found.push(slot)
    }
    return found
  }
  const inBlock = (block: number): number => {
    const known = field.blockTies(block)
    return known === UNKNOWN ? slotsIn(block).length : known
  }
  const inSection = (section: number): number => {
    const known = field.sectionTies(section)
    if (known !== UNKNOWN) return known
    let sum = 0
    for (let block = section * PER_SECTION; block < (section + 1) * PER_SECTION; block++) sum += inBlock(block)
    return sum
  }
  const sections = Math.ceil(fleet.size / SECTION)
  let count = others.length
  for (let section = 0; section < sections; section++) count += inSection(section)
  return {
    count,
    at: (index) => {
      let left = index
      let section = 0
      for (; ; section++) {
        const here = inSection(section) + within(others, section * SECTION, SECTION)
        if (left < here) break
        left -= here
      }
      let block = section * PER_SECTION
      for (; ; block++) {
        const here = inBlock(block) + within(others, block * BLOCK, BLOCK)
        if (left < here) break
        left -= here
      }
      const more = others.filter((slot) => slot >= block * BLOCK && slot < (block + 1) * BLOCK)
      return [...slotsIn(block), ...more].toSorted((a, b) => a - b)[left] as number
    },
  }
}

function within(slots: readonly number[], first: number, length: number): number {
  let sum = 0
  for (const slot of slots) if (slot >= first && slot < first + length) sum++
  return sum
}
