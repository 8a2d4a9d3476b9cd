import type { HypervisorEnvironment, NodeName, ServerId, Turns } from '@novakit/core'
import type { HostProfile } from '../design/index.ts'
import type { LibvirtClient } from '../rpc/index.ts'
import type { GuestFolders } from './disks/folders.ts'
import type { ImageTool } from './disks/image-tool.ts'
import type { ParsedOptions } from './options.ts'

/** An open host, as its parts see it. */
export interface Station {
  readonly client: LibvirtClient
  /** `test` is libvirt's own simulation: domains without anything in them. */
  readonly kind: 'qemu' | 'test'
  readonly node: NodeName
  readonly profile: HostProfile
  readonly options: ParsedOptions
  readonly environment: HypervisorEnvironment
  readonly folders: GuestFolders
  readonly images: ImageTool
  /** What is done to one guest is done one after another. */
  readonly turns: Turns<ServerId>
  /** Guests that stop only to start again: nobody is told. */
  readonly restarting: Set<ServerId>
}
