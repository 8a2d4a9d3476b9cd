import { expect, onTestFinished, test } from 'vitest'
import type { Cell, HostName, PowerState, ServerId } from '@novakit/core'
import { fates, id, seconds, tokens } from '@novakit/core'
import { cloudPicture } from '@novakit/core/testing'
import type { CloudWorld } from '@novakit/sim'
import { settle, startedWorld, until, worldInside } from '@novakit/sim'

/** The cell's own table, as far as these tests need it. */
interface Graves {
  tombstone: { server: string; host: string; epoch: number; at: number }
}

const h1 = id<HostName>('h1')

/** One host, on which a server runs. */
async function oneServer(): Promise<{ readonly world: CloudWorld; readonly server: ServerId }> {
  const world = await startedWorld({ hosts: { h1: 'west' } })
  onTestFinished(() => world.close())
  const [server] = await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
  return { world, server: server!.id }
}

/** As if so many servers had been given up while the host was away. */
async function giveUp(world: CloudWorld, servers: readonly string[], epoch: number): Promise<void> {
  const cells: readonly Cell[] = world.front.container.get(tokens.cells).list()
  const west = cells.find(({ name }) => name === 'west')!
  await west.store.write(async (tx) => {
    const at = await tx.now()
    const rows = servers.map((server) => ({ server, host: h1, epoch, at }))
    await tx.db<Graves>().insertInto('tombstone').values(rows).execute()
  })
}

const tombstones = async (world: CloudWorld): Promise<readonly string[]> =>
  (await cloudPicture(worldInside(world))).tombstones.map(({ server }) => server)

const powerOf = async ({ tenant }: CloudWorld, server: ServerId): Promise<PowerState> =>
  (await tenant.servers.get(server)).powerState

test('power that changed while nobody listened is shown when the host is back, both ways', async () => {
  const { world, server } = await oneServer()
  const [host] = world.hosts
  expect(await powerOf(world, server)).toBe('running')
  host!.kill()
  world.hypervisors.powerOff(server)
  await host!.start()
  await until(world, 'the server is shown off', async () => (await powerOf(world, server)) === 'shutdown', seconds(20))
  host!.kill()
  world.hypervisors.powerOn(server)
  await host!.start()
  await until(world, 'the server is shown on', async () => (await powerOf(world, server)) === 'running', seconds(20))
})

test('a tombstone below the epoch that the host has seen is answered, and the server that is there runs on', async () => {
  const { world, server } = await oneServer()
  await giveUp(world, [server], 0)
  await until(world, 'the tombstone is gone', async () => (await tombstones(world)).length === 0, seconds(20))
  expect(world.hypervisors.guests()).toMatchObject([{ server, power: 'running', defined: true }])
  expect(world.networks.plugged()).toMatchObject([{ server, host: 'h1' }])
})

test('a host that is back is told of its dead by the hundred, until all are gone', async () => {
  const { world } = await oneServer()
  const [host] = world.hosts
  host!.kill()
  await giveUp(world, names(250), 1)
  const told = new Map<number, number>()
  world.bus.faults((envelope, address, direction) => {
    const { order } = (envelope.payload ?? {}) as { readonly order?: string }
    if (direction === 'request' && address === 'host/h1' && order === 'bury') {
      told.set(world.clock.now(), (told.get(world.clock.now()) ?? 0) + 1)
    }
    return fates.deliver
  })
  await host!.start()
  await until(world, 'all tombstones are gone', async () => (await tombstones(world)).length === 0, seconds(60))
  expect(Math.max(0, ...told.values())).toBe(100)
})

test('dead that a host cannot remove keep the others back no longer than a few heartbeats', async () => {
  const { world } = await oneServer()
  const [host] = world.hosts
  host!.kill()
  const stubborn = names(120)
  await giveUp(world, [...stubborn, 'zz-last'], 1)
  world.driverFaults((call) =>
    call.name === 'destroy' && call.server !== 'zz-last' ? { kind: 'error', help: 'later' } : null,
  )
  await host!.start()
  await until(world, 'the last is gone', async () => !(await tombstones(world)).includes('zz-last'), seconds(30))
  expect(await tombstones(world)).toHaveLength(stubborn.length)
})

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `dead-${String(index).padStart(3, '0')}`)
}
