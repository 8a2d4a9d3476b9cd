import type { Board, Strand } from './board.ts'
import { openCone, type Cone } from './cone.ts'
import type { Span } from './field.ts'
import { BLOCK, PER_SECTION, type Fleet } from './fleet.ts'
import { follow } from './follow.ts'
import { openFronts, type Fronts } from './fronts.ts'
import { openGate } from './gate.ts'
import type { Lane } from './lane.ts'
import { openPeaks, type Peaks } from './peaks.ts'

/** What is known of all hosts of a board together, and helps to know the same of the lanes: most of it is the same there. */
export interface Crowd {
  readonly cone: Cone
  readonly fronts: Fronts
  sync(): void
  /** Called before use if the cone may be another. */
  renew(): void
  /** The least and the greatest raw score of a strand in a lane, where its ends are not fixed. */
  spanIn(lane: Lane, strand: number): Span
}

export function openCrowd(fleet: Fleet, board: Board): Crowd {
  const cone = openCone(fleet, board)
  const everybody = openGate(fleet, { ignoresUsage: true, passes: () => true })
  const all = {
    get bits() {
      return everybody.bits
    },
    has: (slot: number): boolean => fleet.hosts[slot] !== null,
  }
  const fronts = openFronts(fleet, all, board, cone, null)
  let reaches: readonly Reach[] = []
  let turn = -1
  let coneTurn = -1
  const renew = (): void => {
    if (coneTurn !== cone.turn) fronts.anew()
    coneTurn = cone.turn
  }
  const anew = (): void => {
    turn = board.turn
    cone.reset()
    renew()
    reaches = board.strands.map((strand, at) => reachOf(fleet, all, board, strand, at))
    for (const { up, down } of reaches) {
      up?.anew()
      down?.anew()
    }
  }
  const followHosts = follow(fleet, anew, (slot) => {
    if (turn !== board.turn) return
    fronts.changed(slot)
    for (let at = 0; at < reaches.length; at++) {
      const { up, down } = reaches[at] as Reach
      up?.changed(slot)
      down?.changed(slot)
    }
  })
  return {
    cone,
    fronts,
    renew,
    sync: () => {
      everybody.sync()
      followHosts()
      if (turn !== board.turn) anew()
    },
    spanIn: (lane, strand) => {
      const { up, down, least, most } = reaches[strand] as Reach
      return {
        least: down === null ? least : -mostIn(lane, down),
        most: up === null ? most : mostIn(lane, up),
        failures: 0,
      }
    },
  }
}

/** How far the scores of a strand reach; null where that is no question. */
interface Reach {
  readonly up: Peaks | null
  readonly down: Peaks | null
  readonly least: number
  readonly most: number
}

function reachOf(
  fleet: Fleet,
  all: Pick<Lane, 'bits' | 'has'>,
  board: Board,
  { column, ends, multiplier }: Strand,
  strand: number,
): Reach {
  const { common } = column
  if (!column.varies) return { up: null, down: null, least: common, most: common }
  const peaksTo = (sign: 1 | -1): Peaks =>
    openPeaks(fleet, all, () => ({
      values: board.rows,
      stride: board.varying.length,
      offset: board.varying.indexOf(strand),
      sign: multiplier < 0 ? (-sign as 1 | -1) : sign,
    }))
  return {
    up: ends.high === undefined ? peaksTo(1) : null,
    down: ends.low === undefined ? peaksTo(-1) : null,
    least: ends.low ?? 0,
    most: ends.high ?? 0,
  }
}

/** The greatest height in a lane: those who reach highest of all are mostly in it. */
function mostIn({ bits }: Lane, peaks: Peaks): number {
  let most = Number.NEGATIVE_INFINITY
  const highest = peaks.most()
  for (let section = 0; section < peaks.best.length && most < highest; section++) {
    if ((peaks.best[section] as number) <= most) continue
    if (peaks.isStale(section)) peaks.refresh(section)
    const end = (section + 1) * PER_SECTION
    for (let block = end - PER_SECTION; block < end; block++) {
      if ((peaks.blockBest[block] as number) <= most) continue
      for (let left = bits[block] as number; left !== 0; left &= left - 1) {
        most = Math.max(most, peaks.heightAt(block * BLOCK + 31 - Math.clz32(left & -left)))
      }
    }
  }
  return most
}
