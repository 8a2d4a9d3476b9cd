import type { FakeWorld } from './world/fake-world.ts'
import type { Faults } from './knobs/fault.ts'
import type { CallName } from './knobs/call.ts'
import type {
  GiB,
  GuestEvent,
  HostName,
  HypervisorFacets,
  HypervisorFacts,
  Inventory,
  MiB,
  Random,
} from '@novakit/core'
import type { Latency, Span } from './knobs/latency.ts'

/** How large a node is. */
export interface FakeNodeOptions {
  readonly vcpus: number
  /** In GiB: `gib(256)`. */
  readonly memory: GiB
  readonly disk: GiB
  /** How far each may be overcommitted. Default: Nova's `initial_*_allocation_ratio`, cpu 4, memory 1, disk 1. */
  readonly ratios?: { readonly cpu?: number; readonly memory?: number; readonly disk?: number }
  /** Kept back for the host itself. Default nothing. */
  readonly reserved?: { readonly vcpus?: number; readonly memory?: MiB; readonly disk?: GiB }
  /** Beside those that follow from facets. */
  readonly traits?: readonly string[]
  /** More resource classes of the root provider. */
  readonly resources?: FakeResources
  /** Providers below the root by name: NUMA nodes, devices. */
  readonly children?: Readonly<Record<string, FakeChildOptions>>
}

/** A bare number is the total: none reserved, no overcommitment, any whole amount. */
export type FakeResources = Readonly<Record<string, number | (Partial<Inventory> & { readonly total: number })>>

export interface FakeChildOptions {
  readonly resources?: FakeResources
  readonly traits?: readonly string[]
  readonly children?: Readonly<Record<string, FakeChildOptions>>
}

export type FakeNodes = Readonly<Record<string, FakeNodeOptions>>

export type FacetName = keyof HypervisorFacets

/** What can be turned. Each has a default that changes nothing. */
export interface FakeKnobs {
  /** Laid over what the nodes say of themselves. */
  readonly facts?: Partial<HypervisorFacts>
  /** The facets it has. Default: all. */
  readonly facets?: readonly FacetName[]
  /** Facets that it has not. */
  readonly without?: readonly FacetName[]
  /** How long calls take, by the environment's clock. Default 0. */
  readonly latency?: Latency
  readonly faults?: Faults
  /** All events, a share of them between 0 and 1, or those chosen. Default none. */
  readonly loseEvents?: boolean | number | ((event: GuestEvent, random: Random) => boolean)
  /** How late events come. With a range they overtake each other. Default 0. */
  readonly eventDelay?: Span
  /**
   * `clock`: calls run by themselves. `step`: each call but `open` waits until the test lets it go on
   * (`world.step()`, `world.release(id)`); a list makes only those wait. Default `clock`.
   */
  readonly mode?: 'clock' | 'step' | { readonly step: readonly CallName[] }
  /** How long a guest takes to shut down when asked; `never`: it does not listen. Default 0. */
  readonly shutdown?: Span | 'never'
  /** How a live migration goes. `never` converges: it runs until it is aborted or forced. Default completes, 0 ms. */
  readonly migration?: { readonly span?: Span; readonly outcome?: 'completes' | 'fails' | 'never' }
  /** `obey` a command that is older than the guest, as hypervisors do, and record a violation; or `refuse`. */
  readonly staleCommands?: 'obey' | 'refuse'
  /** Another host can reach this one's disks: what `evacuation` answers. Default false. */
  readonly sharedDisks?: boolean
  /** A folder for snapshots as real (raw, tiny) files. Default: their paths lead nowhere. */
  readonly directory?: string
  /** What outlives the agent. Default a world of its own. Several drivers may share one. */
  readonly world?: FakeWorld
  /** Guests are kept in this file and outlive the process. One process at a time. Not together with `world`. */
  readonly stateFile?: string
}

/** One node named like its host, or several by name (globally unique), perhaps depending on the host. */
export type FakeDriverOptions = FakeKnobs &
  (
    | (Partial<FakeNodeOptions> & { readonly nodes?: never })
    | ({ readonly nodes: FakeNodes | ((host: HostName) => FakeNodes) } & {
        readonly [Key in keyof FakeNodeOptions]?: never
      })
  )
