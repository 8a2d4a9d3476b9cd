import { BLOCK, PER_SECTION, SECTION, type Fleet } from './fleet.ts'
import type { Lane, LaneWatcher } from './lane.ts'

/** A number for each slot: `sign × values[slot × stride + offset]`. */
export interface Heights {
  readonly values: Float64Array
  readonly stride: number
  readonly offset: number
  readonly sign: 1 | -1
}

/**
 * How high the hosts of a lane reach in each block and section. A change costs next to nothing: it marks its block, and
 * raises what its section reaches at most. A section is looked at again only when somebody needs it, and of its blocks
 * those alone that are marked.
 */
export interface Peaks extends LaneWatcher {
  /** By section, the greatest height; at least that while it `isStale`. -Infinity: there is no host. */
  readonly best: Float64Array
  isStale(section: number): boolean
  refresh(section: number): void
  /** How many hosts of a section or block reach its greatest height; of a section that is not stale. */
  readonly sectionTies: Uint16Array
  readonly blockTies: Uint16Array
  readonly blockBest: Float64Array
  /** The greatest height anywhere. */
  most(): number
  heightAt(slot: number): number
}

/** @param heightsNow asked for whenever everything is made anew */
export function openPeaks(fleet: Fleet, lane: Pick<Lane, 'bits' | 'has'>, heightsNow: () => Heights): Peaks {
  let { values, stride, offset, sign }: Heights = { values: new Float64Array(0), stride: 1, offset: 0, sign: 1 }
  /** By section, a bit for each block that changed. */
  let stale = new Uint16Array(0)
  const heightOf = (slot: number): number => sign * (values[slot * stride + offset] as number)
  const lookAtBlock = (block: number): void => {
    let best = Number.NEGATIVE_INFINITY
    let ties = 0
    for (let left = lane.bits[block] as number; left !== 0; left &= left - 1) {
      const height = heightOf(block * BLOCK + 31 - Math.clz32(left & -left))
      if (height > best) {
        best = height
        ties = 1
      } else if (height === best) ties++
    }
    peaks.blockBest[block] = best
    peaks.blockTies[block] = ties
  }
  const peaks = {
    heightAt: heightOf,
    best: new Float64Array(0),
    sectionTies: new Uint16Array(0),
    blockTies: new Uint16Array(0),
    blockBest: new Float64Array(0),
    anew: () => {
      ;({ values, stride, offset, sign } = heightsNow())
      const sections = fleet.capacity / SECTION
      if (stale.length !== sections) {
        stale = new Uint16Array(sections)
        peaks.best = new Float64Array(sections)
        peaks.sectionTies = new Uint16Array(sections)
        peaks.blockTies = new Uint16Array(sections * PER_SECTION)
        peaks.blockBest = new Float64Array(sections * PER_SECTION)
      }
      stale.fill(2 ** PER_SECTION - 1)
      peaks.best.fill(Number.POSITIVE_INFINITY)
    },
    changed: (slot: number) => {
      const section = Math.trunc(slot / SECTION)
      stale[section] = (stale[section] as number) | (1 << (Math.trunc(slot / BLOCK) % PER_SECTION))
      if (!lane.has(slot)) return
      const height = heightOf(slot)
      if (height > (peaks.best[section] as number)) peaks.best[section] = height
    },
    isStale: (section: number) => stale[section] !== 0,
    refresh: (section: number) => {
      const first = section * PER_SECTION
      for (let left = stale[section] as number; left !== 0; left &= left - 1) {
        lookAtBlock(first + 31 - Math.clz32(left & -left))
      }
      stale[section] = 0
      let best = Number.NEGATIVE_INFINITY
      let ties = 0
      for (let block = first; block < first + PER_SECTION; block++) {
        const height = peaks.blockBest[block] as number
        if (height > best) {
          best = height
          ties = peaks.blockTies[block] as number
        } else if (height === best) ties += peaks.blockTies[block] as number
      }
      peaks.best[section] = best
      peaks.sectionTies[section] = ties
    },
    most: () => {
      let most = Number.NEGATIVE_INFINITY
      for (let at = 0; at < stale.length; at++) {
        if (stale[at] === 0 && (peaks.best[at] as number) > most) most = peaks.best[at] as number
      }
      for (let at = 0; at < stale.length; at++) {
        if (stale[at] === 0 || (peaks.best[at] as number) <= most) continue
        peaks.refresh(at)
        if ((peaks.best[at] as number) > most) most = peaks.best[at] as number
      }
      return most
    },
  }
  return peaks
}
