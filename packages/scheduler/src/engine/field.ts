import type { LaneWatcher } from './lane.ts'
import type { Measure } from './board.ts'

/** In place of a number of ties: it takes a closer look. */
export const UNKNOWN = -1

/** The hosts of a lane as they compare under one set of measures: who is best, and who is as good. */
export interface Field extends LaneWatcher {
  /** Up to date with its board; called once the board and the lane are. */
  sync(): void
  /** The least and the greatest raw score of a strand, and how often its weigher failed. The lane has a host at least. */
  spanOf(strand: number): Span
  /** It answers under one set of measures alone, unless a weigher failed, and need not be opened. */
  readonly isOpen: boolean
  /** Whether it can answer under these; if not, another field has to. */
  takes(measures: readonly Measure[]): boolean
  /** What counts for the questions that follow. Hosts may leave and come back meanwhile. */
  open(measures: readonly Measure[]): void
  /** Takes a host of the lane out of the questions below, until all of them are taken back. */
  setAside(slot: number): void
  takeBack(): void
  /** The greatest weight in a cell; -Infinity where there is no host. The questions below are about this one. */
  best(cell: number): number
  /** How many are as good as the best, if that came out; or {@link UNKNOWN}. */
  readonly tieCount: number
  /** The best host, where `tieCount` is 1. */
  readonly topSlot: number
  /** Hosts that weigh as much as the best, in a section; or {@link UNKNOWN}. */
  sectionTies(section: number): number
  blockTies(block: number): number
  isTie(slot: number): boolean
}

export interface Span {
  readonly least: number
  readonly most: number
  readonly failures: number
}
