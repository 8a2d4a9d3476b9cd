import type { Filter } from '../decide/filter.ts'
import type { WeightedWeigher } from '../decide/weigher.ts'
import type { PciAlias } from '../hardware/pci/alias.ts'
import type { PreFilters } from '../translate/pre-filters.ts'
import type { DeviceOrder } from '../device-orders/device-order.ts'

/** Everything a decision depends on beside snapshot, request and seed. Made by `definePolicy`; immutable. */
export interface Policy {
  readonly name: string
  /** Which of Nova's pre-filters narrow a request as it is translated; `decide` takes it as it comes. */
  readonly preFilters: PreFilters
  /** Names under which flavors ask for PCI devices, as `translate` reads them. */
  readonly pciAliases: Readonly<Record<string, PciAlias>>
  /** In the order they are asked. */
  readonly filters: readonly Filter[]
  readonly weighers: readonly WeightedWeigher[]
  /**
   * How raw scores become shares: `relative` to the lowest and the highest score among the hosts that can take the
   * server, as in Nova, or on a `fixed` scale. With the latter a host's weight does not hang on other hosts, so that an
   * engine need not look at all of them again when the extremes change.
   */
  readonly normalisation: Normalisation
  /** The choice falls at random among this many best hosts: several schedulers then collide less. */
  readonly hostSubsetSize: number
  /**
   * Which of equally heavy hosts goes first: one drawn by the seed, the first in the snapshot, or the first by name of
   * host and node.
   */
  readonly tieBreak: TieBreak
  /** The best and those equal to it in an order drawn by the seed, whatever `tieBreak` says of the rest. */
  readonly shuffleBest: boolean
  /** Which devices of a host are tried first; null: as the host lists them. */
  readonly devices: DeviceOrder | null
  /** Builds that one placement may try: the chosen host and up to `maxAttempts - 1` alternates. */
  readonly maxAttempts: number
  /** How many hosts an explanation ranks. */
  readonly rankingSize: number
}

export const normalisations = ['relative', 'fixed'] as const
export type Normalisation = (typeof normalisations)[number]

export const tieBreaks = ['random', 'first', 'name'] as const
export type TieBreak = (typeof tieBreaks)[number]
