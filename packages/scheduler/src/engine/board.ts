import { leastOf } from '../decide/aggregates.ts'
import type { Ends } from '../decide/rank.ts'
import { MULTIPLIER_MAX, type Weigher, type WeightedWeigher } from '../decide/weigher.ts'
import type { Column } from './column.ts'
import type { Fleet } from './fleet.ts'
import { follow } from './follow.ts'

/** One weigher on a board: its scores, and how they count. */
export interface Strand {
  readonly weigher: Weigher
  readonly ends: Ends
  readonly column: Column
  /** Its sign turned where the weigher is negated. */
  readonly multiplier: number
  /** By slot, where aggregates say otherwise for some hosts. */
  readonly multipliers: Float64Array | null
}

/** How one weigher's scores are brought to shares in one decision. */
export interface Measure {
  readonly failures: number
  readonly low: number
  /** 0: it counts for none. */
  readonly range: number
}

/** The weighers that take part for some kinds of requests, and their scores side by side. */
export interface Board {
  /** In the policy's order. */
  readonly strands: readonly Strand[]
  /** By slot, where all scales are fixed: the weight itself. */
  readonly scores: Float64Array
  /** Another number: all that was made of scores or rows has to be made anew. */
  readonly turn: number
  /** No weigher failed anywhere, and multipliers are the same everywhere where that matters: an index can be made. */
  readonly indexable: boolean
  /** The strands of which scores differ. */
  readonly varying: readonly number[]
  /** By slot, the scores of these, oriented: the greater the better. For scales that are not fixed. */
  readonly rows: Float64Array
  sync(): void
  weightAt(slot: number, measures: readonly Measure[]): number
}

/** @param fixed all strands have fixed ends, so that weights do not hang on other hosts */
export function openBoard(fleet: Fleet, weighers: readonly WeightedWeigher[], of: StrandMaker, fixed: boolean): Board {
  const strands = weighers.map((each) => openStrand(fleet, each, of(each)))
  const measures = strands.map(({ ends }) => fixedMeasure(ends))
  let varying: readonly number[] = []
  let turn = 0
  let scores = new Float64Array(0)
  let rows = new Float64Array(0)
  const setRow = (slot: number): void => {
    for (let each = 0; each < varying.length; each++) {
      const { column, multiplier } = strands[varying[each] as number] as Strand
      const raw = column.values[slot] as number
      rows[slot * varying.length + each] = multiplier < 0 ? -raw : raw
    }
  }
  const score = (slot: number): void => {
    if (fixed) scores[slot] = board.weightAt(slot, measures)
    else setRow(slot)
  }
  const anew = (): void => {
    turn++
    varying = [...strands.keys()].filter((at) => (strands[at] as Strand).column.varies)
    if (fixed) scores = new Float64Array(fleet.capacity)
    else rows = new Float64Array(fleet.capacity * varying.length)
    for (let slot = 0; slot < fleet.size; slot++) score(slot)
  }
  const followHosts = follow(fleet, anew, score)
  const board: Board = {
    strands,
    get scores() {
      return scores
    },
    get turn() {
      return turn
    },
    get indexable() {
      return strands.every(({ column, multipliers }) => column.failures === 0 && (fixed || multipliers === null))
    },
    get varying() {
      return varying
    },
    get rows() {
      return rows
    },
    sync: () => {
      for (const strand of strands) strand.sync()
      followHosts()
      let count = 0
      for (const { column } of strands) if (column.varies) count++
      if (count !== varying.length) anew()
    },
    weightAt: (slot, scales) => {
      let weight = 0
      for (let at = 0; at < strands.length; at++) {
        const { failures, low, range } = scales[at] as Measure
        if (failures > 0 || range === 0) continue
        const { column, multiplier, multipliers } = strands[at] as Strand
        const share = ((column.values[slot] as number) - low) / range
        weight += (multipliers === null ? multiplier : (multipliers[slot] as number)) * share
      }
      return weight
    },
  }
  return board
}

export type StrandMaker = (weigher: WeightedWeigher) => { readonly column: Column; readonly ends: Ends }

function fixedMeasure({ low = 0, high = 1 }: Ends): Measure {
  return { failures: 0, low, range: high - low }
}

function openStrand(
  fleet: Fleet,
  { weigher, multiplier }: WeightedWeigher,
  { column, ends }: ReturnType<StrandMaker>,
): Strand & { sync(): void } {
  const { option } = weigher
  const sign = weigher.negated === true ? -1 : 1
  const accepts = (value: number): boolean => Math.abs(value) <= MULTIPLIER_MAX
  const set = (slot: number): void => {
    const host = fleet.hosts[slot] ?? null
    if (strand.multipliers === null || host === null || option === undefined) return
    strand.multipliers[slot] = sign * leastOf(fleet.aggregates.values(host, option), multiplier, accepts)
  }
  const anew = (): void => {
    const varied = option !== undefined && fleet.aggregates.someKey((key) => key === option)
    strand.multipliers = varied ? new Float64Array(fleet.capacity) : null
    if (varied) for (let slot = 0; slot < fleet.size; slot++) set(slot)
  }
  const followHosts = follow(fleet, anew, (slot, usageOnly) => {
    if (!usageOnly) set(slot)
  })
  const strand = {
    weigher,
    ends,
    column,
    multiplier: sign * multiplier,
    multipliers: null as Float64Array | null,
    sync: () => {
      column.sync()
      followHosts()
    },
  }
  return strand
}
