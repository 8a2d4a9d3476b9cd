import type { CellId, HostName } from '../domain/ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { FirstBoot } from '../ports/first-boot.ts'
import type { HeldNics } from './held-nics.ts'
import type { HeldVolumes } from './held-volumes.ts'
import type { HostMemory } from '../ports/host-memory.ts'
import type { HypervisorDriver, HypervisorHost } from '../ports/hypervisor.ts'
import type { Ids } from '../ports/ids.ts'
import type { ImageHost } from '../ports/image.ts'
import type { Log } from '../ports/log.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { NetworkHost } from '../ports/network.ts'
import type { Pulse } from './pulse.ts'
import type { Random } from '../ports/random.ts'
import type { SecretBox } from '../ports/secrets.ts'
import type { Transport } from '../ports/transport.ts'
import type { VolumeHost } from '../ports/volume.ts'

/** What an agent is given. It knows no database. */
export interface AgentDeps {
  readonly host: HostName
  readonly cell: CellId
  readonly driver: HypervisorDriver
  readonly transport: Transport
  readonly images: ImageHost
  readonly networks: NetworkHost
  readonly volumes: VolumeHost
  /** Null: guests get no config drive. */
  readonly firstBoot: FirstBoot | null
  readonly memory: HostMemory
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  /** Shows that this host lives, together with others of its process. */
  readonly pulse: Pulse
  /** How often it is looked whether what the hypervisor has is still what was declared. */
  readonly surveyEvery: Millis
  /** How often what all guests show is told, whether it has changed or not. */
  readonly censusEvery: Millis
}

/** What an order has at hand, once the hypervisor is open. */
export interface OrderDeps extends AgentDeps {
  readonly hypervisor: HypervisorHost
  readonly held: HeldVolumes
  readonly nics: HeldNics
}
