import type { CellStore, Faults, GlobalStore, Millis, PowerState, Server, VmState } from '@novakit/core'
import { mustStop } from '@novakit/core/oracles'
import { fates, hasCode, seconds } from '@novakit/core'
import { cloudWorld, until, type CloudWorld, type CloudWorldOptions } from './cloud-world.ts'
import { worldInside } from './world-inside.ts'

/** A cloud whose hosts are all known, with two conductors unless it says otherwise. */
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

/** No message of theirs arrives, and none reaches them. */
export function cutOff(hosts: readonly string[]): Faults {
  return (_envelope, address, _direction, from) =>
    hosts.includes(from) || address.startsWith('host/') ? fates.drop : fates.deliver
}

/** Until nothing is under way, twice in a row. @throws where that takes longer than the limit, 300 s unless it is given */
export async function settle(world: CloudWorld, limit: Millis = seconds(300)): Promise<void> {
  let calm = 0
  const isCalm = async (): Promise<boolean> => {
    calm = (await isQuiet(world)) ? calm + 1 : 0
    return calm === 2
  }
  await until(world, 'the cloud comes to rest', isCalm, limit)
}

async function isQuiet(world: CloudWorld): Promise<boolean> {
  if (world.outages.size > 0 || world.hosts.some((host) => !host.up)) return false
  const { global, cells } = worldInside(world)
  if (await isBusy(global, [])) return false
  for (const { store } of cells) if (await isBusy(store, ['tombstone'])) return false
  for (const { store } of cells) if (!(await showsPower(store, world))) return false
  return true
}

/**
 * Whether what is shown of guests is what they are, and they may rest like that: if not, a host will soon tell, and
 * they are stopped.
 */
async function showsPower(store: Pick<CellStore, 'read'>, { hypervisors }: CloudWorld): Promise<boolean> {
  const there = new Set(hypervisors.guests().map(({ server, host, power }) => `${server} ${host} ${power}`))
  const rows = await store.read((tx) =>
    tx
      .db<{ instance: { id: string; host: string | null; vm_state: VmState; power_state: PowerState } }>()
      .selectFrom('instance')
      .select(['id', 'host', 'vm_state', 'power_state'])
      .where('host', 'is not', null)
      .where('launched_at' as 'host', 'is not', null)
      .where('deleted_at' as 'host', 'is', null)
      .execute(),
  )
  return rows.every(
    ({ id, host, vm_state: vmState, power_state: power }) =>
      there.has(`${id} ${host} ${power}`) && !mustStop(vmState, power),
  )
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

/** For good. */
export async function deleteServers({ admin }: CloudWorld): Promise<void> {
  for (const server of await allServers(admin)) {
    await admin.servers.forceDelete(server.id).catch((error: unknown) => {
      if (!hasCode(error, 'server.not_found')) throw error
    })
  }
}

/** Those too that are deleted and can be had back. */
async function allServers({ servers }: CloudWorld['admin']): Promise<readonly Server[]> {
  const everywhere = { allProjects: true, limit: 1000 }
  const [there, kept] = [await servers.list(everywhere), await servers.list({ ...everywhere, status: 'SOFT_DELETED' })]
  return [...there.servers, ...kept.servers]
}
