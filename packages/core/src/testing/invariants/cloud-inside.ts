import type { CellId, HostName, PortId, ServerId, VolumeId } from '../../domain/ids.ts'
import type { CellStore, GlobalStore } from '../../ports/storage.ts'
import type { CloudEvent } from '../../domain/event/event.ts'
import type { Image } from '../../domain/image/image.ts'
import type { PowerState } from '../../domain/server/states.ts'
import type { PlacementLedger } from '../../ports/placement.ts'

/** What an oracle must reach of a cloud, beside what it says of itself. */
export interface CloudInside {
  readonly global: GlobalStore
  readonly cells: readonly { readonly id: CellId; readonly store: CellStore }[]
  readonly ledger: PlacementLedger
  /** Rows behind the ledger that its port does not show. */
  ledgerRows(): Promise<LedgerRows>
  /** Every guest, and every part of one, on every hypervisor. */
  guests(): readonly SeenGuest[]
  /** Ports of servers, and the hosts they are bound to. */
  ports(): readonly SeenPort[]
  /** Which host has a server's NICs plugged in. */
  plugged(): readonly { readonly server: ServerId; readonly host: string; readonly port: PortId }[]
  /** Those that were made of servers, the deleted ones too. */
  images(): readonly Image[]
  /** What the volume service gives to servers, and to which host. */
  volumes(): readonly SeenAttachment[]
  /** Which host holds an attachment open. */
  heldVolumes(): readonly { readonly attachment: string; readonly host: string }[]
  /** What hypervisors saw that must never happen, such as one server running on two hosts. */
  violations(): readonly unknown[]
  /** Everything that was ever delivered. */
  events(): readonly CloudEvent[]
}

export interface SeenGuest {
  readonly host: HostName
  readonly server: ServerId
  /** Null: somebody else's. */
  readonly epoch: number | null
  /** False for disks without a guest. */
  readonly whole: boolean
  readonly power: PowerState
  readonly ports: readonly PortId[]
  /** Attachments of the volumes that it has. */
  readonly volumes: readonly string[]
}

export interface SeenPort {
  readonly server: ServerId
  readonly host: HostName | null
  readonly port: PortId
  /** It came after the server was made. */
  readonly attached: boolean
}

export interface SeenAttachment {
  readonly id: string
  readonly volume: VolumeId
  readonly server: ServerId
  readonly host: HostName | null
  /** The volume service was told that the guest has it. */
  readonly complete: boolean
}

export interface LedgerRows {
  readonly allocations: readonly {
    readonly consumer: string
    readonly provider: string
    readonly resourceClass: string
    readonly used: number
  }[]
  readonly guards: readonly { readonly name: string; readonly held: number }[]
  readonly holds: readonly { readonly consumer: string; readonly name: string; readonly held: number }[]
}
