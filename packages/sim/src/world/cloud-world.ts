import type {
  Cloud,
  CloudTiming,
  Fencing,
  HypervisorDriver,
  ManualClock,
  Millis,
  PlacementLedger,
  RequestContext,
  Scheduler,
  StorageDriver,
  StoreName,
  Transport,
  Verbs,
  VolumeId,
} from '@novakit/core'
import type { FakeWorld, Faults as DriverFaults } from '@novakit/driver-fake'
import type { Outages } from './storage-plan.ts'
import {
  ephemeralSecretBox,
  gib,
  id,
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
import { createCloud, type RecoveryOptions } from 'novakit'
import { bus, type Bus } from './bus.ts'
import { chaosLayers, type Chaos } from './chaos.ts'
import { cirros, type ConductorWorld } from './conductor-process.ts'
import { controlProcesses, type ControlProcesses } from './control-processes.ts'
import { fakeImages, type FakeImages } from './fake-images.ts'
import { fakeNetworks, type FakeNetworks } from './fake-networks.ts'
import { fakeVolumes, type FakeVolumes } from './fake-volumes.ts'
import { hostProcess, type HostProcess } from './host-process.ts'
import { trace, type Trace } from './trace.ts'

/** A whole cloud in one process and on one virtual clock: conductors and agents that can die one by one. */
export interface CloudWorld extends ControlProcesses {
  readonly clock: ManualClock
  readonly bus: Bus
  readonly networks: FakeNetworks
  readonly images: FakeImages
  readonly volumes: FakeVolumes
  /** Another of the tenant's, one GiB. */
  newVolume(): Promise<VolumeId>
  readonly hypervisors: FakeWorld
  readonly outages: Outages
  readonly ledger: PlacementLedger
  readonly hosts: readonly HostProcess[]
  /** Answers callers, runs no sagas, and never fails: what the tests ask and look through. */
  readonly front: Cloud
  readonly tenant: Verbs
  readonly admin: Verbs
  /** What goes wrong in hypervisors from now on; null: nothing. */
  driverFaults(faults: DriverPlan | null): void
  readonly chaos: Chaos
  readonly trace: Trace
  /** An oracle saw what must never be. */
  violate(what: string): void
  /** What oracles saw, beside what hypervisors did. */
  readonly violations: readonly string[]
  /** The names of all stores. */
  readonly stores: readonly StoreName[]
  close(): Promise<void>
}

/** Chosen call by call. */
export type DriverPlan = Extract<DriverFaults, (...args: never) => unknown>

export interface CloudWorldOptions {
  readonly seed?: string
  /** Host name → its cell. */
  readonly hosts?: Readonly<Record<string, string>>
  readonly conductors?: number
  readonly ledger?: PlacementLedger
  /** Default: Nova's filters and weighers. Each conductor follows the hosts with it by itself. */
  readonly scheduler?: Scheduler
  /** Makes the driver of each host. Default: a hypervisor with four vCPUs, in `hypervisors`. */
  readonly driver?: (host: string, hypervisors: FakeWorld, faults: DriverPlan) => HypervisorDriver
  readonly networks?: FakeNetworks
  /** Servers of dead hosts come back by themselves. Default: they wait. */
  readonly recovery?: Omit<RecoveryOptions, 'fencing'>
  /** What stands before the power switches that fence dead hosts. Default: nothing. */
  readonly fencing?: (powerSwitch: Fencing) => Fencing
  /** Default: memory of its own. */
  readonly storage?: StorageDriver
  /** What is not given is short enough that a crash is over after some seconds of virtual time. */
  readonly timing?: Partial<CloudTiming>
}

export const timing: CloudTiming = {
  leaseFor: seconds(6),
  scanEvery: seconds(2),
  heartbeatEvery: seconds(5),
  surveyEvery: seconds(5),
  censusEvery: seconds(30),
  downAfter: seconds(15),
  commandEvery: seconds(4),
  lookEvery: seconds(1),
  buildWithin: seconds(120),
  actWithin: seconds(120),
  reclaimAfter: seconds(0),
  offloadAfter: seconds(0),
  periodicEvery: seconds(5),
  resizeConfirmWithin: millis(0),
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
  const images = fakeImages(clock, [cirros])
  const volumes = fakeVolumes(ids)
  const ledger = options.ledger ?? placementLedger()
  const hypervisors = fakeWorld()
  const cells = [...new Set(Object.values(places))]
  let faults: DriverPlan | null = null
  const chaos = chaosLayers()
  const lines = trace(clock)
  const powerSwitch = switchOf(() => hosts, lines)
  const shared = {
    clock,
    ids,
    seed,
    storage,
    outages,
    secrets,
    images: images.service,
    timing: { ...timing, ...options.timing },
    ledger,
    cells,
    hypervisors,
    connect: wires.connect,
    ...(options.scheduler === undefined ? {} : { scheduler: options.scheduler }),
    ...(options.recovery === undefined
      ? {}
      : { recovery: { ...options.recovery, fencing: options.fencing?.(powerSwitch) ?? powerSwitch } }),
  }
  const violations: string[] = []
  const front = await openFront(shared, networks, volumes, wires.connect('front'))
  const hosts = Object.entries(places).map(([host, cell]) => {
    const plan: DriverPlan = (call, stream) => chaos.driver.ask(call, stream) ?? faults?.(call, stream) ?? null
    const driver = (options.driver ?? smallHypervisor)(host, hypervisors, plan)
    return hostProcess({ ...shared, networks, volumes }, cell, host, driver)
  })
  const processes = controlProcesses({ ...shared, networks: networks.control, volumes: volumes.control }, chaos)

  return {
    clock,
    bus: wires,
    networks,
    images,
    volumes,
    newVolume: async () => {
      const name = `volume ${volumes.volumes().length}/${ids.uuid()}`
      return (await volumes.control.create(volumeOwner, { size: gib(1), name, type: null }, name)).id
    },
    hypervisors,
    outages,
    ledger,
    ...processes,
    hosts,
    front,
    tenant: front.as({ project: 'ours', user: 'ann', roles: ['member'] }),
    admin: front.as({ project: 'operators', user: 'root', roles: ['admin'] }),
    chaos,
    trace: lines,
    violate: (what) => {
      lines.note('oracle', what)
      violations.push(what)
    },
    violations,
    stores: storesOf(front),
    driverFaults: (wanted) => {
      faults = wanted
    },
    close: async () => {
      for (const host of hosts) if (host.up) host.kill()
      for (const process of [...processes.conductors, ...processes.apis]) process.kill()
      // What was just being written is written then.
      for (let round = 0; round < 3; round++) await nextRound()
      await front.stop()
    },
  }
}

const volumeOwner: RequestContext = {
  requestId: id('req-volumes'),
  project: id('ours'),
  user: id('ann'),
  roles: ['member'],
}

function storesOf({ container }: Cloud): readonly StoreName[] {
  const cells = container.get(tokens.cells).list()
  return ['global', ...cells.map((cell) => cell.id)]
}

/** Fences hosts by cutting their power. */
function switchOf(hosts: () => readonly HostProcess[], lines: Trace): Fencing {
  return {
    fence: async (name) => {
      const host = hosts().find((one) => one.name === name)
      host?.cutPower()
      lines.note('operator', `${name} is fenced`)
      lines.mark('a host is fenced')
      return { proof: `power switch of ${name}: off` }
    },
  }
}

/** Answers callers, and runs no sagas. */
function openFront(
  world: FrontWorld,
  networks: FakeNetworks,
  volumes: FakeVolumes,
  transport: Transport,
): Promise<Cloud> {
  const { storage, clock, ids, seed, ledger, secrets, images, timing: patience, cells } = world
  return createCloud({
    database: storage,
    transport,
    clock,
    ids,
    randomSeed: `${seed}/front`,
    networks: networks.control,
    volumes: volumes.control,
    ledger,
    images,
    secrets,
    timing: patience,
    allowResizeToSameHost: true,
    cells: Object.fromEntries(cells.map((cell) => [cell, {}])),
    roles: ['api'],
  })
}

type FrontWorld = Pick<
  ConductorWorld,
  'storage' | 'clock' | 'ids' | 'seed' | 'ledger' | 'secrets' | 'images' | 'timing' | 'cells'
>

/** A hypervisor that four servers of one vCPU fill. */
const smallHypervisor: NonNullable<CloudWorldOptions['driver']> = (_host, world, faults) =>
  fakeDriver({ world, vcpus: 4, memory: gib(8), disk: gib(100), ratios: { cpu: 1 }, faults })

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
