import type {
  Clock,
  Cloud,
  CloudEvent,
  CloudTiming,
  FailPointHook,
  Ids,
  ImageControl,
  ImageHost,
  NetworkControl,
  NetworkHost,
  Role,
  Scheduler,
  SecretBox,
  VolumeControl,
  VolumeHost,
} from '@novakit/core'
import type { StorageCall, StorageFault } from '@novakit/core/oracles'
import type { PlacementLedger, StorageDriver, Transport } from '@novakit/core'
import { faultyStorage } from '@novakit/core/oracles'
import { tokens } from '@novakit/core'
import { createCloud, type RecoveryOptions } from 'novakit'
import { life, type Life } from './life.ts'
import { localClock, type LocalClock } from './local-clock.ts'
import { localEnd } from './local-end.ts'
import { onCommonTime } from './common-time.ts'
import { storagePlan, type Outages, type StoragePlan } from './storage-plan.ts'

/** One conductor, or one API, of a simulated cloud: in a process of its own as far as anybody can tell. */
export interface ConductorProcess {
  readonly name: string
  readonly life: Life
  readonly clock: LocalClock
  readonly storage: StoragePlan
  /** What it is to those who call its verbs. */
  readonly cloud: Cloud
  /** Dies at once: nothing of it is heard or written any more. */
  kill(): void
}

export interface ConductorWorld {
  readonly clock: Clock
  readonly ids: Ids
  readonly seed: string
  readonly storage: StorageDriver
  readonly outages: Outages
  readonly secrets: SecretBox
  readonly timing: CloudTiming
  readonly networks: NetworkControl & NetworkHost
  readonly images: ImageControl & ImageHost
  readonly volumes: VolumeControl & VolumeHost
  readonly ledger: PlacementLedger
  readonly scheduler?: Scheduler
  readonly cells: readonly string[]
  readonly recovery?: RecoveryOptions
  connect(name: string): Transport
  hear(event: CloudEvent): void
  /** Called at the fail points of every conductor. */
  failPoint(process: ConductorProcess, ...at: Parameters<FailPointHook>): Promise<void>
  /** What becomes of a call of a process to its stores; null: it succeeds. */
  storageFate(process: ConductorProcess, call: StorageCall): StorageFault | null
}

export const cirros = { id: '155d900f-4e14-4e4c-a73d-069cbf4541e6', name: 'cirros' }

export async function conductorProcess(
  world: ConductorWorld,
  name: string,
  role: Role = 'conductor',
): Promise<ConductorProcess> {
  const alive = life()
  const clock = localClock(world.clock, alive)
  const storage = storagePlan(world.outages, (call) => (ready === null ? null : world.storageFate(ready, call)))
  const transport = localEnd(world.connect(name), alive, clock)
  let ready: ConductorProcess | null = null
  const failPoint: FailPointHook = async (...at) => {
    await alive.goesOn()
    if (ready !== null) await world.failPoint(ready, ...at)
    await alive.goesOn()
  }
  const { ids, secrets, timing, networks, images, volumes, ledger, scheduler, recovery } = world
  const cloud: Cloud = await createCloud({
    database: faultyStorage(onCommonTime(world.storage, world.clock), storage),
    transport,
    clock,
    ids,
    randomSeed: `${world.seed}/${name}`,
    networks,
    volumes,
    ledger,
    images,
    secrets,
    timing,
    allowResizeToSameHost: true,
    seed: false,
    cells: Object.fromEntries(world.cells.map((cell) => [cell, {}])),
    roles: [role],
    failPoint,
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(recovery === undefined ? {} : { recovery }),
  })
  cloud.events.on('*', (event) => world.hear(event))
  ready = { name, life: alive, clock, storage, cloud, kill: () => kill(cloud, transport, alive) }
  await cloud.start()
  return ready
}

/** Its stores are closed to it: what was just being committed is, and nothing after. */
function kill(cloud: Cloud, transport: Transport, alive: Life): void {
  alive.end()
  void transport.close()
  void cloud.container.get(tokens.global).close()
  for (const { store } of cloud.container.get(tokens.cells).list()) void store.close()
}
