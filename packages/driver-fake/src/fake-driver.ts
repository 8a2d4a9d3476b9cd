import type { Connection } from './knobs/connection.ts'
import type { FakeDriverOptions } from './options.ts'
import type { FakeWorld } from './world/fake-world.ts'
import type { HypervisorDriver, HypervisorEnvironment, HypervisorHost } from '@novakit/core'
import type { Machine, Session, Setup } from './world/machine.ts'
import type { WorldState } from './world/world-state.ts'
import { adoptMigrations } from './facets/live-migration-job.ts'
import { conduct } from './knobs/conduct.ts'
import { facetsOf } from './facets/facets.ts'
import { fakeWorld, insideOf } from './world/fake-world.ts'
import { hypervisorCore } from './core/core.ts'
import { imageTraits } from './inventory/facts.ts'
import { newMachine } from './world/machine.ts'
import { nodesOf, parseOptions } from './parse-options.ts'
import { traitsOfFacets } from '@novakit/core'

export interface FakeDriver extends HypervisorDriver {
  /** The world its hosts are in: to look at, to tamper with, to single-step. */
  readonly world: FakeWorld
}

/**
 * A hypervisor that is simulated in this process. One driver serves any number of hosts; each is opened under the name
 * that its environment has. Guests outlive the agent: closing and opening again finds them.
 * @throws `fake.invalid_options`
 */
export function fakeDriver(options: FakeDriverOptions = {}): FakeDriver {
  const checked = parseOptions(options)
  const { stateFile } = checked
  const world = checked.world ?? fakeWorld(stateFile === undefined ? {} : { stateFile })
  return {
    name: 'fake',
    apiVersion: 1,
    world,
    open: (environment) => open(insideOf(world), checked, environment),
  }
}

async function open(
  world: WorldState,
  options: FakeDriverOptions,
  environment: HypervisorEnvironment,
): Promise<HypervisorHost> {
  nodesOf(options, environment.host)
  await world.guests.load()
  const connection = connect(world, options, environment)
  await conduct(connection, { name: 'open', guest: null, signal: undefined }, async () => undefined).catch(
    (error: unknown) => {
      connection.machine.sessions.delete(connection.session)
      throw error
    },
  )
  adoptMigrations(connection.world, connection.machine)
  return assemble(connection)
}

function connect(world: WorldState, options: FakeDriverOptions, environment: HypervisorEnvironment): Connection {
  const { host, clock, log } = environment
  const random = environment.random.fork('fake-driver')
  const machine = machineOf(world, host, { options, clock, log, random: random.fork('events') })
  const session: Session = { state: 'open', listeners: new Set() }
  machine.sessions.add(session)
  const streams = { latency: random.fork('latency'), faults: random.fork('faults') }
  return { host, world, machine, session, options, clock, random: streams }
}

function machineOf(world: WorldState, host: HypervisorEnvironment['host'], setup: Setup): Machine {
  const machine = world.machines.get(host) ?? newMachine(host, setup)
  machine.setup = setup
  world.machines.set(host, machine)
  return machine
}

function assemble(connection: Connection): HypervisorHost {
  const host: HypervisorHost = {
    ...hypervisorCore(connection, () => [...imageTraits, ...traitsOfFacets(host)]),
    ...facetsOf(connection),
  }
  return host
}
