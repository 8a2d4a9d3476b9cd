import { expect } from 'vitest'
import type {
  Guest,
  HypervisorDriver,
  HypervisorEnvironment,
  HypervisorFacets,
  HypervisorHost,
  SpawnOrder,
} from '../../ports/hypervisor.ts'
import type { HostName, NodeName, ServerId } from '../../domain/ids.ts'
import type { HypervisorSuite } from './suite.ts'
import type { NovakitError } from '../../domain/error.ts'
import { elapsed, millis, seconds } from '../../domain/unit/units.ts'
import { frozenCopy } from '../../domain/json.ts'
import { id } from '../../domain/ids.ts'
import { isNovakitError } from '../../domain/error.ts'
import { sampleDevices, type Devices } from './devices.ts'
import { sampleSpawnOrder } from './order.ts'
import { systemClock } from '../../system/clock.ts'
import { systemIds } from '../../system/ids.ts'
import { testEnvironment } from '../environment.ts'

/** One open host at one case's disposal. What is ordered here is destroyed at the end. */
export interface Bench {
  readonly host: HypervisorHost
  readonly environment: HypervisorEnvironment
  readonly devices: Devices
  /** The first node, or the one at `index`. */
  node(index?: number): Promise<NodeName>
  /** A new server on the first node, nothing done yet. */
  order(change?: Partial<SpawnOrder>): Promise<SpawnOrder>
  /** The same, spawned. */
  spawned(change?: Partial<SpawnOrder>): Promise<SpawnOrder>
  /** What the host lists under this server. */
  listed(server: ServerId, host?: HypervisorHost): Promise<readonly Guest[]>
  /** Asks again and again until it holds. @throws when the suite's patience is over */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>
  /** Closes the host and opens it again in the same environment. */
  reopen(): Promise<void>
  /** A second host, where the suite has one. */
  peer(): Promise<Peer>
  cleanUp(): Promise<void>
}

export interface Peer {
  readonly name: HostName
  readonly host: HypervisorHost
  /** The order as it reads on this host, in the next epoch. */
  moved(order: SpawnOrder, change?: Partial<SpawnOrder>): Promise<SpawnOrder>
}

const PATIENCE = seconds(10)
const PAUSE = millis(20)
const HOST = id<HostName>('conformance-1')
const PEER = id<HostName>('conformance-2')

export async function openBench<Driver extends HypervisorDriver>(suite: HypervisorSuite<Driver>): Promise<Bench> {
  const environmentOf = suite.environment ?? ((host) => testEnvironment({ host, clock: systemClock }))
  const driver = await suite.make()
  const environment = environmentOf(HOST)
  const made: SpawnOrder[] = []
  let host = await driver.open(environment)
  let peer: Peer | null = null

  const order: Bench['order'] = async (change = {}) => {
    // Drawn afresh: hosts of real hypervisors remember the ids of earlier runs.
    const server = id<ServerId>(systemIds.uuid())
    const sample = sampleSpawnOrder({ server, node: await nodeOf(host), ...change })
    const fit = frozenCopy((await suite.order?.(sample)) ?? sample)
    made.push(fit)
    return fit
  }
  return {
    get host() {
      return host
    },
    environment,
    devices: sampleDevices(suite.devices ?? {}),
    node: (index) => nodeOf(host, index),
    order,
    spawned: async (change) => {
      const fit = await order(change)
      await host.spawn(fit)
      return fit
    },
    listed: (server, where = host) => listed(where, server),
    until: (what, holds) => until(environment, suite.patience ?? PATIENCE, what, holds),
    reopen: async () => {
      await host.close()
      host = await driver.open(environment)
    },
    peer: async () => (peer ??= await openPeer(suite, driver, environmentOf(PEER))),
    cleanUp: async () => {
      for (const one of made) await cleanAt(host, one)
      if (peer !== null) await cleanPeer(peer, made)
      await host.close()
      expect((await suite.leftovers?.(driver)) ?? [], 'left over after the case').toEqual([])
    },
  }
}

async function openPeer<Driver extends HypervisorDriver>(
  suite: HypervisorSuite<Driver>,
  driver: Driver,
  environment: HypervisorEnvironment,
): Promise<Peer> {
  const host = await ((await suite.peer?.(driver)) ?? driver).open(environment)
  return {
    name: environment.host,
    host,
    moved: async (order, change = {}) =>
      frozenCopy({ ...order, node: await nodeOf(host), epoch: order.epoch + 1, ...change }),
  }
}

async function nodeOf(host: HypervisorHost, index = 0): Promise<NodeName> {
  const node = (await host.inventory())[index]?.node
  expect(node, `node ${index} of the inventory`).toBeDefined()
  return node as NodeName
}

async function listed(host: HypervisorHost, server: ServerId): Promise<readonly Guest[]> {
  return (await host.list()).filter((guest) => guest.server === server)
}

/** Destroys it wherever it is listed, and where it was meant to be. */
async function cleanAt(host: HypervisorHost, order: SpawnOrder): Promise<void> {
  for (const guest of [...(await listed(host, order.server)), order]) await host.destroy(guest, {})
  expect(await listed(host, order.server), 'listed after it was destroyed').toEqual([])
}

async function cleanPeer({ host }: Peer, made: readonly SpawnOrder[]): Promise<void> {
  const node = await nodeOf(host)
  for (const one of made) await cleanAt(host, { ...one, node })
  await host.close()
}

async function until(
  { clock }: HypervisorEnvironment,
  patience: number,
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const began = clock.now()
  while (!(await holds())) {
    expect(elapsed(began, clock.now()), `waited too long: ${what}`).toBeLessThan(patience)
    await clock.sleep(PAUSE)
  }
}

/** A facet that the case needs; it runs only where the host has it. */
export function facetOf<Name extends keyof HypervisorFacets>(host: HypervisorHost, name: Name): HypervisorFacets[Name] {
  const facet = host[name]
  if (facet === undefined) throw new Error(`the host has no facet ${name}`)
  return facet as HypervisorFacets[Name]
}

/** The error of ours that a call must fail with. Anything else is a failure of the case. */
export async function refusal(call: Promise<unknown>): Promise<NovakitError> {
  const outcome: unknown = await call.then(
    () => 'it succeeded',
    (error: unknown) => error,
  )
  expect(isNovakitError(outcome), `expected an error with the brand of novakit, got: ${String(outcome)}`).toBe(true)
  return outcome as NovakitError
}
