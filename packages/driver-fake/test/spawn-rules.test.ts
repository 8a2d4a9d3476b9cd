import { describe, expect, it } from 'vitest'
import { gib, mib, vcpus } from '@novakit/core'
import type { Disk, Nic, PortId, ProviderId, SpawnOrder } from '@novakit/core'
import { opened, orderOn, server } from './kit.ts'

const nic = (port: string): Nic => ({ port: port as PortId, mac: 'fa:16:3e:00:00:01' }) as Nic
const sized = (order: SpawnOrder, size: { vcpus?: number; memory?: number }): SpawnOrder => ({
  ...order,
  flavor: { ...order.flavor, vcpus: vcpus(size.vcpus ?? 1), memory: mib(size.memory ?? 256) },
})

describe('a spawn on the fake', () => {
  it('makes its disks and ports once, however often it comes', async () => {
    const { host, world } = await opened()
    const order = orderOn('a', { nics: [nic('port-1')] })
    await Promise.all([host.spawn(order), host.spawn(order)])
    await host.spawn(order)
    expect(world.guests()).toHaveLength(1)
    expect(world.guest(order.server)).toMatchObject({
      epoch: 1,
      power: 'running',
      ports: ['port-1'],
      disks: [{ role: 'root', size: 1, generation: 1 }],
    })
  })

  it('keeps what it was told, config drive included, and holds volumes apart from its own disks', async () => {
    const { host, world } = await opened()
    const backing = { volume: 'vol-1', attachment: 'att-1', path: '/dev/sdb', format: 'raw' } as Disk['backing']
    const base = orderOn('a')
    const volume: Disk = { ...base.disks[0]!, role: 'volume', bootIndex: null, size: gib(5), backing }
    const drive = { bytes: Uint8Array.of(1, 2, 3), format: 'iso9660' } as const
    const order = orderOn('a', { disks: [...base.disks, volume], configDrive: drive, metadata: { colour: 'blue' } })
    await host.spawn(order)
    const guest = world.guest(order.server)
    expect(guest?.order).toEqual(order)
    expect(guest?.disks).toHaveLength(1)
    expect(guest?.volumes).toEqual([{ volume: 'vol-1', attachment: 'att-1', deviceName: 'vdb', size: 5 }])
  })

  it('refuses another hardware under the same server and epoch', async () => {
    const { host } = await opened()
    await host.spawn(orderOn('a'))
    await expect(host.spawn(sized(orderOn('a'), { vcpus: 2 }))).rejects.toMatchObject({ code: 'fake.different_spec' })
    await expect(host.spawn(orderOn('a', { nics: [nic('other')] }))).rejects.toMatchObject({ help: 'never' })
  })

  it('takes another name or metadata for the same guest', async () => {
    const { host, world } = await opened()
    await host.spawn(orderOn('a'))
    await host.spawn(orderOn('a', { name: 'renamed', metadata: { a: 'b' } }))
    expect(world.guests()).toHaveLength(1)
  })

  it('refuses an older epoch than the guest has, and a newer one while the older guest is there', async () => {
    const { host } = await opened()
    await host.spawn(orderOn('a', { epoch: 2 }))
    await expect(host.spawn(orderOn('a', { epoch: 1 }))).rejects.toMatchObject({ code: 'host.stale_epoch' })
    await expect(host.spawn(orderOn('a', { epoch: 3 }))).rejects.toMatchObject({ code: 'fake.older_guest' })
  })

  it('starts again what was stopped meanwhile: its promise is a running guest', async () => {
    const { host, world } = await opened()
    await host.spawn(orderOn('a'))
    world.kill(server('server-1'))
    await host.spawn(orderOn('a'))
    expect(world.guest(server('server-1'))?.power).toBe('running')
  })

  it('refuses a node that the host has not', async () => {
    const { host } = await opened()
    await expect(host.spawn(orderOn('elsewhere'))).rejects.toMatchObject({ code: 'fake.node_not_found' })
  })
})

describe('room on the fake', () => {
  const small = { vcpus: 2, memory: gib(1), disk: gib(2) }

  it.each([
    ['memory', { memory: 769 }, 'MEMORY_MB', 769, 768],
    ['CPUs, overcommitted four times', { vcpus: 8 }, 'VCPU', 8, 7],
  ])('runs out of %s, and says that another host may help', async (_what, size, resourceClass, asked, free) => {
    const { host } = await opened(small)
    await host.spawn(orderOn('a'))
    const second = sized(orderOn('a', { server: server('server-2') }), size)
    await expect(host.spawn(second)).rejects.toMatchObject({
      code: 'fake.no_room',
      help: 'elsewhere',
      detail: { resourceClass, asked, free },
    })
  })

  it('counts disks by the order, stopped guests too, and gives all back when they are destroyed', async () => {
    const { host, world } = await opened(small)
    const orders = ['1', '2', '3'].map((name) => orderOn('a', { server: server(name) }))
    await host.spawn(orders[0]!)
    await host.spawn(orders[1]!)
    await host.power.off(orders[1]!, null)
    await expect(host.spawn(orders[2]!)).rejects.toMatchObject({ detail: { resourceClass: 'DISK_GB', free: 0 } })
    expect(world.leftovers()).toEqual([])
    await host.destroy(orders[1]!, {})
    await host.spawn(orders[2]!)
    expect(world.guests()).toHaveLength(2)
  })

  it('goes to one of two that race for the last of it', async () => {
    const { host } = await opened({ ...small, disk: gib(1) })
    const outcomes = await Promise.allSettled(
      ['1', '2'].map((name) => host.spawn(orderOn('a', { server: server(name) }))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  it('has a device of one unit for one guest at a time', async () => {
    const { host } = await opened({ children: { gpu0: { resources: { VGPU: 1 } }, numa0: { resources: { PCPU: 8 } } } })
    const [, gpu, numa] = (await host.inventory())[0]!.providers.map(({ id }) => id)
    const withDevices = (name: string, ...devices: ProviderId[]): SpawnOrder =>
      orderOn('a', { server: server(name), allocations: new Map([['', devices]]) })
    await host.spawn(withDevices('1', gpu!, numa!))
    await host.spawn(withDevices('2', numa!))
    const third = withDevices('3', gpu!)
    await expect(host.spawn(third)).rejects.toMatchObject({ code: 'fake.device_taken', help: 'elsewhere' })
    await host.destroy(withDevices('1'), {})
    await host.spawn(third)
  })
})

describe('a destroy on the fake', () => {
  it('keeps disks when told to, and says so', async () => {
    const { host, world } = await opened()
    await host.spawn(orderOn('a'))
    await host.destroy(orderOn('a'), { keepDisks: true })
    expect(world.guests()).toMatchObject([{ defined: false, keptDisks: true, ports: [] }])
    expect(world.leftovers()).toEqual([])
    await host.spawn(orderOn('a', { epoch: 2 }))
    expect(world.guests()).toMatchObject([{ defined: true, keptDisks: false, epoch: 2, disks: [{ generation: 1 }] }])
  })
})
