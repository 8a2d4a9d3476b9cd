import type { CloudWorld, CloudWorldOptions } from './cloud-world.ts'
import type { ConductorProcess } from './conductor-process.ts'
import type { Faults, Millis } from '@novakit/core'
import type { HostTrouble, SagaStage, StageProcess } from '@novakit/core/testing'
import { cloudPicture } from '@novakit/core/testing'
import { fates, hasCode } from '@novakit/core'
import { cloudWorld, until } from './cloud-world.ts'
import { emptiedDatabase } from './emptied-database.ts'
import { worldInside } from './world-inside.ts'

/** What one saga is about, in a cloud of three hosts. */
export interface Scenario {
  readonly world?: CloudWorldOptions
  /** Before anything is disturbed. */
  prepare?(world: CloudWorld): Promise<void>
  begin(world: CloudWorld): Promise<void>
  /** @throws unless it has come about */
  goal(world: CloudWorld): Promise<void>
}

/** A stage for step tests, with two conductors and everything else that a cloud has. */
export async function sagaStage(scenario: Scenario): Promise<SagaStage> {
  const world = await startedWorld({ storage: await emptiedDatabase(), ...scenario.world })
  await scenario.prepare?.(world)
  const { clock, networks, hypervisors, outages, hosts } = world
  return {
    intercept: (hook) =>
      world.intercept(
        hook === null
          ? null
          : (process, point, operation, key) => hook({ process: stageProcess(process), point, operation, key }),
      ),
    begin: () => scenario.begin(world),
    settle: () => settle(world),
    pass: (span) => clock.advance(span),
    expectGoal: () => scenario.goal(world),
    deleteServers: () => deleteServers(world),
    picture: () => cloudPicture(worldInside(world)),
    replay: () => world.bus.replay(),
    repeatMessages: (after) => world.bus.faults(() => fates.duplicate(after)),
    stopStore: (store, span) => {
      outages.add(store)
      clock.after(span, () => outages.delete(store))
    },
    troubleHosts: (trouble, span) => troubleHosts(world, trouble, span),
    dependencyFaults: {
      'a spawn has its effect and fails': () => inject('spawn'),
      'a destroy has its effect and fails': () => inject('destroy'),
      'ports are made with an error': () => networks.inject({ call: 'allocate', when: 'after_effect' }),
      'ports are released with an error': () => networks.inject({ call: 'release', when: 'after_effect' }),
      'a NIC is plugged with an error': () => networks.inject({ call: 'plug', when: 'after_effect' }),
      'a NIC is unplugged with an error': () => networks.inject({ call: 'unplug', when: 'after_effect' }),
    },
    close: () => world.close(),
  }

  function inject(call: 'spawn' | 'destroy'): void {
    hypervisors.inject({ call, fault: { kind: 'error-after-effect' } })
  }

  async function troubleHosts(_: CloudWorld, trouble: HostTrouble, span: Millis): Promise<void> {
    if (trouble === 'cut off') {
      world.bus.faults(cutOff(hosts.map((host) => host.name)))
      clock.after(span, () => world.bus.faults(null))
      return
    }
    for (const host of hosts) {
      host.kill()
      clock.after(span, () => void host.start())
    }
  }
}

/** Three hosts that are known, and two conductors. */
export async function startedWorld(options: CloudWorldOptions = {}): Promise<CloudWorld> {
  const world = await cloudWorld(options)
  for (let count = 0; count < (options.conductors ?? 2); count++) await world.addConductor()
  for (const host of world.hosts) await host.start()
  await until(world, 'all hosts are mapped', async () => {
    const { hosts } = await world.admin.hosts.list()
    return hosts.filter((host) => host.mapped).length === world.hosts.length
  })
  return world
}

function stageProcess({ life, storage, kill, name }: ConductorProcess): StageProcess {
  return {
    name,
    kill: () => void kill(),
    pause: () => life.pause(),
    resume: () => life.resume(),
    breakWrite: (fault) => storage.once(fault),
  }
}

/** No message of theirs arrives, and none reaches them. */
function cutOff(hosts: readonly string[]): Faults {
  return (_envelope, address, _direction, from) =>
    hosts.includes(from) || address.startsWith('host/') ? fates.drop : fates.deliver
}

/** Until nothing is under way, twice in a row. */
export async function settle(world: CloudWorld): Promise<void> {
  let calm = 0
  await until(world, 'the cloud comes to rest', async () => {
    calm = (await isQuiet(world)) ? calm + 1 : 0
    return calm === 2
  })
}

async function isQuiet(world: CloudWorld): Promise<boolean> {
  if (world.outages.size > 0 || world.hosts.some((host) => !host.up)) return false
  const { operations, outbox, buildRequests, tombstones } = await cloudPicture(worldInside(world))
  const live = operations.some((row) => row.live === 1)
  return !live && outbox.length + buildRequests.length + tombstones.length === 0
}

export async function deleteServers({ admin }: CloudWorld): Promise<void> {
  const { servers } = await admin.servers.list({ allProjects: true, limit: 1000 })
  for (const server of servers) {
    await admin.servers.delete(server.id).catch((error: unknown) => {
      if (!hasCode(error, 'server.not_found')) throw error
    })
  }
}
