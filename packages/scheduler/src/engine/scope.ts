import { ANY, PER_SECTION, SECTION, type Fleet } from './fleet.ts'

/** Which hosts a question is about: those of a cell, or of any, but for some that were set aside. */
export interface Scope {
  /** @param cell or {@link ANY} */
  narrow(cell: number): void
  setAside(slot: number): void
  takeBack(): void
  has(slot: number): boolean
  hasAllOfSection(section: number): boolean
  hasAllOfBlock(block: number): boolean
}

export function openScope(fleet: Fleet): Scope {
  const aside: number[] = []
  let within = ANY
  const isOneCell = (section: number): boolean => within === ANY || fleet.sectionCells[section] === within
  return {
    narrow: (cell) => {
      within = fleet.cellCount > 1 ? cell : ANY
    },
    setAside: (slot) => void aside.push(slot),
    takeBack: () => {
      aside.length = 0
    },
    has: (slot) => (within === ANY || fleet.cells[slot] === within) && (aside.length === 0 || !aside.includes(slot)),
    hasAllOfSection: (section) => {
      for (let at = 0; at < aside.length; at++) {
        if (Math.trunc((aside[at] as number) / SECTION) === section) return false
      }
      return isOneCell(section)
    },
    hasAllOfBlock: (block) => {
      for (let at = 0; at < aside.length; at++) if ((aside[at] as number) >> 4 === block) return false
      return isOneCell(Math.trunc(block / PER_SECTION))
    },
  }
}
