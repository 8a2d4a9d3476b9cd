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

/** The weighers that take part for some kinds of requests, with one number for each host that sums them up. */
export interface Board {
  /** In the policy's order. */
  readonly strands: readonly Strand[]
  /** By slot: the weight itself where all scales are fixed, else the sum of `base[i] × raw score`. */
  scores: Float64Array
  /** Another number: all sums are others, or are made of other strands. */
  readonly turn: number
  /** No weigher failed anywhere, and multipliers are the same everywhere where that matters: an index can be made. */
  readonly indexable: boolean
  /** The strands of which scores differ. */
  readonly varying: readonly number[]
  /** By strand. */
  readonly base: Float64Array
  sync(): void
  /** From now on the sums are made with these. */
  rebase(base: Float64Array): void
  /** Told by those who search with the sums: so much of it was for want of a better base, in blocks of hosts. */
  labour(blocks: number): void
  /** Told by those who keep something for each block, whenever they make all of it anew. */
  madeAnew(blocks: number): void
  /** Whether a new base would by now have paid for what it makes anew. */
  readonly isStale: boolean
  weightAt(slot: number, measures: readonly Measure[]): number
}

/** @param fixed all strands have fixed ends, so that weights do not hang on other hosts */
export function openBoard(fleet: Fleet, weighers: readonly WeightedWeigher[], of: StrandMaker, fixed: boolean): Board {
  const strands = weighers.map((each) => openStrand(fleet, each, of(each)))
  const measures = strands.map(({ ends }) => fixedMeasure(ends))
  let varying: readonly number[] = []
  let turn = 0
  let laboured = 0
  let remade = 0
  let base: Float64Array = new Float64Array(strands.length)
  const sum = (slot: number): number => {
    let total = 0
    for (const at of varying) total += (base[at] as number) * ((strands[at] as Strand).column.values[slot] as number)
    return total
  }
  const score = (slot: number): void => {
    board.scores[slot] = fixed ? board.weightAt(slot, measures) : sum(slot)
  }
  const anew = (): void => {
    turn++
    varying = [...strands.keys()].filter((at) => (strands[at] as Strand).column.varies)
    if (board.scores.length !== fleet.capacity) board.scores = new Float64Array(fleet.capacity)
    for (let slot = 0; slot < fleet.size; slot++) score(slot)
  }
  const followHosts = follow(fleet, anew, score)
  const board: Board = {
    strands,
    scores: new Float64Array(0),
    get turn() {
      return turn
    },
    get indexable() {
      return strands.every(({ column, multipliers }) => column.failures === 0 && (fixed || multipliers === null))
    },
    get varying() {
      return varying
    },
    get base() {
      return base
    },
    sync: () => {
      for (const strand of strands) strand.sync()
      followHosts()
      const count = strands.reduce((sum_, { column }) => sum_ + (column.varies ? 1 : 0), 0)
      if (count !== varying.length) anew()
    },
    rebase: (next) => {
      base = next
      laboured = 0
      remade = 0
      anew()
    },
    labour: (blocks) => {
      laboured += blocks
    },
    madeAnew: (blocks) => {
      remade += blocks
    },
    get isStale() {
      return laboured > 2 * remade + fleet.size / 4
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
