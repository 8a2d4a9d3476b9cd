import type { CloudWorld, CloudWorldOptions } from './cloud-world.ts'
import type { ConductorProcess } from './conductor-process.ts'
import type { FakeNetworks } from './fake-networks.ts'
import type { Fault } from '@novakit/driver-fake'
import type { CellStore, Faults, GlobalStore, Millis } from '@novakit/core'
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
      'a spawn fails half-way': () => inject('spawn', { kind: 'error', at: 'start' }),
      'a spawn has its effect and fails': () => inject('spawn', { kind: 'error-after-effect' }),
      'a spawn says that it is done and does nothing': () => inject('spawn', { kind: 'no-effect' }),
      'a destroy fails half-way': () => inject('destroy', { kind: 'error', at: 'clean' }),
      'a destroy has its effect and fails': () => inject('destroy', { kind: 'error-after-effect' }),
      'a destroy has its effect late and fails': () => inject('destroy', { kind: 'late-effect', after: 700 }),
      'a destroy says that it is done and does nothing': () => inject('destroy', { kind: 'no-effect' }),
      ...networkFaults(networks),
    },
    close: () => world.close(),
  }

  function inject(call: 'spawn' | 'destroy', fault: Fault): void {
    hypervisors.inject({ call, fault })
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

function networkFaults(networks: FakeNetworks): SagaStage['dependencyFaults'] {
  const calls = ['allocate', 'release', 'list', 'plug', 'unplug'] as const
  const faults = calls.flatMap((call) => [
    [`the network fails to ${call}`, () => networks.inject({ call, when: 'before' })] as const,
    [`the network fails after it did ${call}`, () => networks.inject({ call, when: 'after_effect' })] as const,
  ])
  return Object.fromEntries(faults)
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
    kill,
    pause: () => life.pause(),
    resume: () => life.resume(),
    breakWrite: (fault) => storage.once(fault),
  }
}

/** No message of theirs arrives, and none reaches them. */
export function cutOff(hosts: readonly string[]): Faults {
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
  const { global, cells } = worldInside(world)
  if (await isBusy(global, [])) return false
  for (const { store } of cells) if (await isBusy(store, ['tombstone'])) return false
  return true
}

/** Whether an operation is live, or an event or anything in these tables waits for somebody. */
async function isBusy(store: Pick<GlobalStore | CellStore, 'read'>, waiting: readonly string[]): Promise<boolean> {
  return store.read(async (tx) => {
    const db = tx.db<Record<string, { live: number }>>()
    const live = await db.selectFrom('operation').select('live').where('live', '=', 1).limit(1).execute()
    if (live.length > 0) return true
    for (const table of ['outbox', ...waiting]) {
      if (
        (
          await db
            .selectFrom(table)
            .select((of) => of.lit(1).as('one'))
            .limit(1)
            .execute()
        ).length > 0
      )
        return true
    }
    return false
  })
}

export async function deleteServers({ admin }: CloudWorld): Promise<void> {
  const { servers } = await admin.servers.list({ allProjects: true, limit: 1000 })
  for (const server of servers) {
    await admin.servers.delete(server.id).catch((error: unknown) => {
      if (!hasCode(error, 'server.not_found')) throw error
    })
  }
}
