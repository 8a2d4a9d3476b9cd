import type {
  Clock,
  Cloud,
  CloudEvent,
  CloudTiming,
  FailPointHook,
  Ids,
  NetworkControl,
  NetworkHost,
  SecretBox,
} from '@novakit/core'
import type { PlacementLedger, StorageDriver, Transport } from '@novakit/core'
import { faultyStorage } from '@novakit/core/oracles'
import { staticImages } from '@novakit/local-services'
import { tokens } from '@novakit/core'
import { createCloud } from 'novakit'
import { life, type Life } from './life.ts'
import { localClock } from './local-clock.ts'
import { localEnd } from './local-end.ts'
import { storagePlan, type Outages, type StoragePlan } from './storage-plan.ts'

/** One conductor of a simulated cloud, in a process of its own as far as anybody can tell. */
export interface ConductorProcess {
  readonly name: string
  readonly life: Life
  readonly storage: StoragePlan
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
  readonly ledger: PlacementLedger
  readonly cells: readonly string[]
  connect(name: string): Transport
  hear(event: CloudEvent): void
  /** Called at the fail points of every conductor. */
  failPoint(process: ConductorProcess, ...at: Parameters<FailPointHook>): Promise<void>
}

export const cirros = { id: '155d900f-4e14-4e4c-a73d-069cbf4541e6', name: 'cirros' }

export async function conductorProcess(world: ConductorWorld, name: string): Promise<ConductorProcess> {
  const alive = life()
  const storage = storagePlan(world.outages)
  const transport = localEnd(world.connect(name), alive)
  const process: ConductorProcess = { name, life: alive, storage, kill: () => kill(cloud, transport, alive) }
  const failPoint: FailPointHook = async (...at) => {
    await alive.goesOn()
    await world.failPoint(process, ...at)
    await alive.goesOn()
  }
  const { ids, secrets, timing, networks, ledger } = world
  const cloud: Cloud = await createCloud({
    database: faultyStorage(world.storage, storage),
    transport,
    clock: localClock(world.clock, alive),
    ids,
    randomSeed: `${world.seed}/${name}`,
    networks,
    ledger,
    images: staticImages([cirros]),
    secrets,
    timing,
    seed: false,
    cells: Object.fromEntries(world.cells.map((cell) => [cell, {}])),
    roles: ['conductor'],
    failPoint,
  })
  cloud.events.on('*', (event) => world.hear(event))
  await cloud.start()
  return process
}

/** Its stores are closed to it: what was just being committed is, and nothing after. */
function kill(cloud: Cloud, transport: Transport, alive: Life): void {
  alive.end()
  void transport.close()
  void cloud.container.get(tokens.global).close()
  for (const { store } of cloud.container.get(tokens.cells).list()) void store.close()
}
