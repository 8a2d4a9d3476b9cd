import type { Aim } from './aim.ts'
import type { Board } from './board.ts'
import { ANY, MIXED } from './field.ts'
import { BLOCK, SECTION, type Fleet } from './fleet.ts'
import type { Lane, LaneWatcher } from './lane.ts'
import { gatherBlocks, gatherHosts, tier, type Tier } from './tier.ts'

/** What a lane's blocks and sections remember for searches under changing measures. */
export interface RelativeTiers extends LaneWatcher {
  readonly blocks: Tier
  readonly sections: Tier
  /** What each section may have at most, under the measures of now, and without those like its best. */
  readonly bounds: Float64Array
  readonly nextBounds: Float64Array
  /** By section, the raw scores of its best: side by side, as they are looked at in each search. */
  readonly rows: Float64Array
  /** For new measures. */
  setBounds(section: number): void
}

export function openTiers(fleet: Fleet, lane: Lane, board: Board, aim: Aim): RelativeTiers {
  const blocks = tier()
  const sections = tier()
  const inBlock = new Int32Array(BLOCK)
  const block = (at: number): void => {
    const { cells } = fleet
    let count = 0
    let cell = ANY
    for (let left = lane.bits[at] as number; left !== 0; left &= left - 1) {
      const slot = at * BLOCK + 31 - Math.clz32(left & -left)
      inBlock[count++] = slot
      cell = cell === ANY || cell === cells[slot] ? (cells[slot] as number) : MIXED
    }
    gatherHosts(blocks, at, inBlock, count, board, aim)
    blocks.cell[at] = cell
  }
  const section = (at: number): void => {
    gatherBlocks(sections, at, blocks, aim)
    aim.copyRow(sections.like[at] as number, tiers.rows, at)
    setBounds(at)
  }
  const setBounds = (at: number): void => {
    tiers.bounds[at] = aim.bound(sections, sections.best, at)
    tiers.nextBounds[at] = aim.bound(sections, sections.next, at)
  }
  const tiers = {
    blocks,
    sections,
    bounds: new Float64Array(0),
    nextBounds: new Float64Array(0),
    rows: new Float64Array(0),
    block,
    section,
    setBounds,
    anew: () => {
      board.madeAnew(fleet.size / BLOCK)
      aim.sync()
      blocks.resize(fleet.capacity / BLOCK, aim.sides.length)
      sections.resize(fleet.capacity / SECTION, aim.sides.length)
      tiers.bounds = new Float64Array(sections.best.length)
      tiers.nextBounds = new Float64Array(sections.best.length)
      tiers.rows = new Float64Array(sections.best.length * board.varying.length)
      for (let at = 0; at < blocks.best.length; at++) block(at)
      for (let at = 0; at < sections.best.length; at++) section(at)
    },
  }
  return tiers
}
