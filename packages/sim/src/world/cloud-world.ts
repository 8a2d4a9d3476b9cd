import type {
  Cloud,
  CloudEvent,
  CloudTiming,
  FailPointHook,
  HypervisorDriver,
  ManualClock,
  Millis,
  PlacementLedger,
  StorageDriver,
  StoreName,
  Transport,
  Verbs,
} from '@novakit/core'
import type { FakeWorld, Faults as DriverFaults } from '@novakit/driver-fake'
import type { Outages, StorageChance } from './storage-plan.ts'
import {
  ephemeralSecretBox,
  gib,
  manualClock,
  millis,
  nextRound,
  seconds,
  seededIds,
  seededRandom,
  sqlite,
  tokens,
} from '@novakit/core'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { placementLedger } from '@novakit/placement'
import { staticImages } from '@novakit/local-services'
import { createCloud } from 'novakit'
import { bus, type Bus } from './bus.ts'
import { cirros, conductorProcess, type ConductorProcess, type ConductorWorld } from './conductor-process.ts'
import { fakeNetworks, type FakeNetworks } from './fake-networks.ts'
import { hostProcess, type HostProcess } from './host-process.ts'
import { untilItStarts } from './until-it-starts.ts'

/** A whole cloud in one process and on one virtual clock: conductors and agents that can die one by one. */
export interface CloudWorld {
  readonly clock: ManualClock
  readonly bus: Bus
  readonly networks: FakeNetworks
  readonly hypervisors: FakeWorld
  readonly outages: Outages
  readonly ledger: PlacementLedger
  /** Everything that any conductor ever delivered. */
  readonly events: readonly CloudEvent[]
  readonly hosts: readonly HostProcess[]
  readonly conductors: readonly ConductorProcess[]
  /** Answers callers, runs no sagas, and never fails: what the tests ask and look through. */
  readonly front: Cloud
  readonly tenant: Verbs
  readonly admin: Verbs
  addConductor(): Promise<ConductorProcess>
  /** What happens at every fail point of every conductor; null: nothing. */
  intercept(hook: Interception | null): void
  /** What goes wrong in hypervisors from now on; null: nothing. */
  driverFaults(faults: DriverPlan | null): void
  /** How likely writes of conductors go wrong, of those that are there and those to come. */
  storageFaults(chance: StorageChance | null): void
  /** The names of all stores. */
  readonly stores: readonly StoreName[]
  close(): Promise<void>
}

/** Chosen call by call. */
export type DriverPlan = Extract<DriverFaults, (...args: never) => unknown>

export type Interception = (process: ConductorProcess, ...at: Parameters<FailPointHook>) => Promise<void>

export interface CloudWorldOptions {
  readonly seed?: string
  /** Host name → its cell. */
  readonly hosts?: Readonly<Record<string, string>>
  readonly conductors?: number
  readonly ledger?: PlacementLedger
  readonly networks?: FakeNetworks
  /** Default: memory of its own. */
  readonly storage?: StorageDriver
}

/** Short enough that a crash is over after some seconds of virtual time. */
export const timing: CloudTiming = {
  leaseFor: seconds(6),
  scanEvery: seconds(2),
  heartbeatEvery: seconds(5),
  surveyEvery: seconds(5),
  downAfter: seconds(15),
  commandEvery: seconds(4),
  lookEvery: seconds(1),
  buildWithin: seconds(120),
  relayEvery: seconds(2),
  greetWithin: seconds(10),
}

export async function cloudWorld(options: CloudWorldOptions = {}): Promise<CloudWorld> {
  const { seed = 'a cloud', hosts: places = { h1: 'west', h2: 'west', h3: 'west' } } = options
  const clock = manualClock()
  const random = seededRandom(seed)
  const ids = seededIds(random.fork('ids'))
  const wires = bus(clock)
  const storage = options.storage ?? sqlite(':memory:')
  const outages: Outages = new Set()
  const secrets = ephemeralSecretBox()
  const networks = options.networks ?? fakeNetworks(ids)
  const ledger = options.ledger ?? placementLedger()
  const hypervisors = fakeWorld()
  const cells = [...new Set(Object.values(places))]
  let hook: Interception | null = null
  let chance: StorageChance | null = null
  let faults: DriverPlan | null = null
  const shared = {
    clock,
    ids,
    seed,
    storage,
    outages,
    secrets,
    timing,
    ledger,
    cells,
    hypervisors,
    connect: wires.connect,
  }
  const conductors: ConductorProcess[] = []
  let starts = 0
  const events: CloudEvent[] = []

  const front = await openFront(shared, networks, wires.connect('front'))
  const hosts = Object.entries(places).map(([host, cell]) => {
    const driver = hypervisorOf(hypervisors, (call, stream) => faults?.(call, stream) ?? null)
    return hostProcess({ ...shared, networks }, cell, host, driver)
  })

  return {
    clock,
    bus: wires,
    networks,
    hypervisors,
    outages,
    ledger,
    events,
    hosts,
    conductors,
    front,
    tenant: front.as({ project: 'ours', user: 'ann', roles: ['member'] }),
    admin: front.as({ project: 'operators', user: 'root', roles: ['admin'] }),
    addConductor: async () => {
      const world = {
        ...shared,
        networks: networks.control,
        hear: (event: CloudEvent) => void events.push(event),
        failPoint: async (process: ConductorProcess, ...at: Parameters<FailPointHook>) => hook?.(process, ...at),
      }
      const conductor = await untilItStarts(clock, () => conductorProcess(world, `conductor-${++starts}`))
      conductor.storage.chance(chance)
      conductors.push(conductor)
      return conductor
    },
    intercept: (wanted) => {
      hook = wanted
    },
    stores: [
      'global',
      ...front.container
        .get(tokens.cells)
        .list()
        .map((cell) => cell.id),
    ],
    storageFaults: (wanted) => {
      chance = wanted
      for (const { storage } of conductors) storage.chance(wanted)
    },
    driverFaults: (wanted) => {
      faults = wanted
    },
    close: async () => {
      for (const host of hosts) if (host.up) host.kill()
      for (const conductor of conductors) conductor.kill()
      // What was just being written is written then.
      for (let round = 0; round < 3; round++) await nextRound()
      await front.stop()
    },
  }
}

/** Answers callers, and runs no sagas. */
function openFront(world: FrontWorld, networks: FakeNetworks, transport: Transport): Promise<Cloud> {
  const { storage, clock, ids, seed, ledger, secrets, timing: patience, cells } = world
  return createCloud({
    database: storage,
    transport,
    clock,
    ids,
    randomSeed: `${seed}/front`,
    networks: networks.control,
    ledger,
    images: staticImages([cirros]),
    secrets,
    timing: patience,
    cells: Object.fromEntries(cells.map((cell) => [cell, {}])),
    roles: ['api'],
  })
}

type FrontWorld = Pick<ConductorWorld, 'storage' | 'clock' | 'ids' | 'seed' | 'ledger' | 'secrets' | 'timing' | 'cells'>

/** A hypervisor that four servers of one vCPU fill. */
function hypervisorOf(world: FakeWorld, faults: DriverPlan): HypervisorDriver {
  return fakeDriver({ world, vcpus: 4, memory: gib(8), disk: gib(100), ratios: { cpu: 1 }, faults })
}

/** Time passes, in small steps, until `over` holds. @throws when it does not within `limit` */
export async function until(
  { clock }: Pick<CloudWorld, 'clock'>,
  what: string,
  over: () => Promise<boolean>,
  limit: Millis = seconds(300),
): Promise<void> {
  const step = millis(500)
  for (let passed = 0; passed < limit; passed += step) {
    await clock.advance(step)
    if (await over()) return
  }
  throw new Error(`${what}: not within ${limit / 1000} s of virtual time`)
}
