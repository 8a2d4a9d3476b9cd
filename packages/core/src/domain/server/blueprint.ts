import type { BlockDevice } from '../volume/volume.ts'
import type { Flavor } from '../flavor/flavor.ts'
import type { HostName, NodeName, ProjectId, ServerGroupId, UserId } from '../ids.ts'
import type { Image } from '../image/image.ts'
import type { NetworkRequest } from '../network/network.ts'
import type { SchedulerHints } from '../request-spec/request-spec.ts'
import type { Sealed } from '../sealed/sealed.ts'

/** What was asked for, resolved once at accept: later changes of flavor, image or keys do not reach the server. */
export interface ServerBlueprint {
  readonly name: string
  readonly description: string | null
  readonly hostname: string
  readonly project: ProjectId
  readonly user: UserId
  readonly flavor: Flavor
  readonly image: Image | null
  readonly keys: readonly { readonly name: string; readonly type: 'ssh' | 'x509'; readonly data: string }[]
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: readonly string[]
  readonly zone: string | null
  readonly group: ServerGroupId | null
  readonly hints: SchedulerHints
  readonly requestedHost: HostName | null
  readonly requestedNode: NodeName | null
  readonly networks: readonly NetworkRequest[] | 'auto' | 'none'
  readonly blockDevices: readonly BlockDevice[]
  /** Base64. */
  readonly userData: string | null
  readonly configDrive: boolean
  readonly adminPassword: Sealed<string> | null
  readonly launchIndex: number
  readonly reservation: string
  readonly requestId: string
}
