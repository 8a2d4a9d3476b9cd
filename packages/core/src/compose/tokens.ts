import type { ApiDeps } from '../api/deps.ts'
import type { Cells } from '../cells/cells.ts'
import type { Clock } from '../ports/clock.ts'
import type { CloudEvents } from '../api/events.ts'
import type { ClusterView } from '../conductor/index.ts'
import type { Conductor } from '../conductor/index.ts'
import type { GlobalStore } from '../ports/storage.ts'
import type { Ids } from '../ports/ids.ts'
import type { ImageControl } from '../ports/image.ts'
import type { Log } from '../ports/log.ts'
import type { NetworkControl } from '../ports/network.ts'
import type { PlacementLedger } from '../ports/placement.ts'
import type { Policy } from '../ports/policy.ts'
import type { Random } from '../ports/random.ts'
import type { Scheduler } from '../ports/scheduler.ts'
import type { SecretBox } from '../ports/secrets.ts'
import type { Transport } from '../ports/transport.ts'
import type { VolumeControl } from '../ports/volume.ts'
import { token, type Token } from './container.ts'

/** What a cloud is made of. A host app may provide its own under any of these before the cloud is put together. */
export const tokens: {
  readonly clock: Token<Clock>
  readonly random: Token<Random>
  readonly ids: Token<Ids>
  readonly log: Token<Log>
  readonly secrets: Token<SecretBox>
  readonly transport: Token<Transport>
  readonly scheduler: Token<Scheduler>
  readonly ledger: Token<PlacementLedger>
  readonly images: Token<ImageControl>
  readonly networks: Token<NetworkControl>
  readonly volumes: Token<VolumeControl>
  readonly policy: Token<Policy>
  readonly events: Token<CloudEvents>
  readonly global: Token<GlobalStore>
  readonly cells: Token<Cells>
  readonly view: Token<ClusterView>
  readonly conductor: Token<Conductor>
  readonly api: Token<ApiDeps>
} = {
  clock: token('clock'),
  random: token('random'),
  ids: token('ids'),
  log: token('log'),
  secrets: token('secrets'),
  transport: token('transport'),
  scheduler: token('scheduler'),
  ledger: token('ledger'),
  images: token('images'),
  networks: token('networks'),
  volumes: token('volumes'),
  policy: token('policy'),
  events: token('events'),
  global: token('global'),
  cells: token('cells'),
  view: token('view'),
  conductor: token('conductor'),
  api: token('api'),
}
