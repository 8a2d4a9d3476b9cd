import { BLOCK, PER_SECTION, SECTION, type Fleet } from './fleet.ts'
import { UNKNOWN, type Field } from './field.ts'
import type { Lane } from './lane.ts'

/** The hosts of a lane that weigh as much as its best, in the order of their slots. */
export interface LaneTies {
  count(field: Field): number
  /** @param index from 0, less than `count` */
  at(field: Field, index: number): number
  countInSection(field: Field, section: number): number
  countInBlock(field: Field, block: number): number
  /** The slot of one of the ties of a block. */
  atInBlock(field: Field, block: number, index: number): number
}

export function laneTies(fleet: Fleet, lane: Lane): LaneTies {
  const countInBlock = (field: Field, block: number): number => {
    const known = field.blockTies(block)
    if (known !== UNKNOWN) return known
    let sum = 0
    for (let left = lane.bits[block] as number; left !== 0; left &= left - 1) {
      if (field.isTie(block * BLOCK + 31 - Math.clz32(left & -left))) sum++
    }
    return sum
  }
  const countInSection = (field: Field, section: number): number => {
    const known = field.sectionTies(section)
    if (known !== UNKNOWN) return known
    let sum = 0
    for (let block = section * PER_SECTION; block < (section + 1) * PER_SECTION; block++) {
      sum += countInBlock(field, block)
    }
    return sum
  }
  const atInBlock = (field: Field, block: number, index: number): number => {
    let before = index
    for (let left = lane.bits[block] as number; left !== 0; left &= left - 1) {
      const slot = block * BLOCK + 31 - Math.clz32(left & -left)
      if (field.isTie(slot) && before-- === 0) return slot
    }
    throw new RangeError(`block ${block} has no tie ${index}`)
  }
  return {
    countInBlock,
    countInSection,
    atInBlock,
    count: (field) => {
      if (field.tieCount !== UNKNOWN) return field.tieCount
      let sum = 0
      for (let section = 0; section * SECTION < fleet.size; section++) sum += countInSection(field, section)
      return sum
    },
    at: (field, index) => {
      if (field.tieCount === 1) return field.topSlot
      let left = index
      let section = 0
      for (let here = 0; left >= (here = countInSection(field, section)); section++) left -= here
      let block = section * PER_SECTION
      for (let here = 0; left >= (here = countInBlock(field, block)); block++) left -= here
      return atInBlock(field, block, left)
    },
  }
}

/** Ties of a lane together with others. */
export interface Ties {
  readonly count: number
  /** @param index from 0, less than `count` */
  at(index: number): number
}

/** @param field null: those of the lane do not count; @param others slots outside the lane, ascending */
export function tiesWith(fleet: Fleet, ties: LaneTies | null, field: Field | null, others: readonly number[]): Ties {
  if (field === null || ties === null) return { count: others.length, at: (index) => others[index] as number }
  const count = ties.count(field) + others.length
  if (others.length === 0) return { count, at: (index) => ties.at(field, index) }
  return {
    count,
    at: (index) => {
      let left = index
      let section = 0
      for (; section * SECTION < fleet.size; section++) {
        const here = ties.countInSection(field, section) + within(others, SECTION, section)
        if (left < here) break
        left -= here
      }
      let block = section * PER_SECTION
      for (; block * BLOCK < fleet.size; block++) {
        const here = ties.countInBlock(field, block) + within(others, BLOCK, block)
        if (left < here) break
        left -= here
      }
      const slots = others.filter((slot) => slot >> 4 === block)
      for (let each = ties.countInBlock(field, block) - 1; each >= 0; each--) {
        slots.push(ties.atInBlock(field, block, each))
      }
      return slots.toSorted((a, b) => a - b)[left] as number
    },
  }
}

/** How many of the slots are in one of the parts of such a size. */
function within(slots: readonly number[], size: number, part: number): number {
  let sum = 0
  for (const slot of slots) if (Math.trunc(slot / size) === part) sum++
  return sum
}
