import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytes, gib, hasCode, millis, vcpus } from '@novakit/core'
import type { Disk, SpawnOrder } from '@novakit/core'
import { times } from '../src/index.ts'
import { hostName, opened, orderOn } from './kit.ts'

const order = orderOn('a')
const bigger: SpawnOrder = { ...order, epoch: 2, flavor: { ...order.flavor, vcpus: vcpus(2) } }

describe('a resize that stays on its node', () => {
  it('keeps what was until it is confirmed', async () => {
    const { host, world } = await opened()
    await host.spawn(order)
    const { disks } = await host.resize!.leave(order, hostName('a'))
    await host.resize!.arrive(bigger, disks)
    expect(world.guest(order.server)).toMatchObject({
      epoch: 2,
      power: 'running',
      footprint: { VCPU: 2 },
      kept: { epoch: 1 },
    })
    await host.resize!.confirm(order)
    await host.resize!.confirm(order)
    expect(world.guest(order.server)).toMatchObject({ epoch: 2, power: 'running', kept: null })
  })

  it('has it back when it is given up', async () => {
    const { host, world } = await opened()
    await host.spawn(order)
    const { disks } = await host.resize!.leave(order, hostName('a'))
    await host.resize!.arrive(bigger, disks)
    await host.resize!.abandon(bigger)
    await host.resize!.abandon(bigger)
    await host.resize!.revert({ ...order, epoch: 3 })
    expect(world.guest(order.server)).toMatchObject({ epoch: 3, power: 'running', footprint: { VCPU: 1 }, left: false })
    expect(world.violations()).toEqual([])
  })

  it('takes room for both sizes meanwhile', async () => {
    const { host } = await opened({ disk: gib(1) })
    await host.spawn(order)
    const { disks } = await host.resize!.leave(order, hostName('a'))
    await expect(host.resize!.arrive(bigger, disks)).rejects.toMatchObject({ code: 'fake.no_room' })
  })
})

describe('a resize', () => {
  it('refuses a smaller root disk, and takes a larger one', async () => {
    const { host } = await opened()
    await host.spawn(order)
    await expect(host.resize!.check(order, { ...order.flavor, disk: gib(0) })).resolves.toBeUndefined()
    const large = { ...order, flavor: { ...order.flavor, disk: gib(10) } }
    await expect(host.resize!.check(large, { ...order.flavor, disk: gib(5) })).rejects.toMatchObject({
      code: 'fake.cannot_shrink',
    })
    await host.resize!.check(order, large.flavor)
  })

  it('can break off between stopping and leaving, and goes on when it is asked again', async () => {
    const { host, world } = await opened({ faults: { 'resize.leave': times(1, { kind: 'error', at: 'act' }) } })
    await host.spawn(order)
    await expect(host.resize!.leave(order, hostName('b'))).rejects.toThrow()
    expect(world.guest(order.server)).toMatchObject({ power: 'shutdown', left: false })
    await host.resize!.leave(order, hostName('b'))
    expect(world.guest(order.server)).toMatchObject({ left: true })
  })

  it('refuses to bring back what never left', async () => {
    const { host } = await opened()
    await host.spawn(order)
    await expect(host.resize!.revert({ ...order, epoch: 2 })).rejects.toMatchObject({ code: 'fake.not_left' })
  })
})

describe('a rebuild', () => {
  const ephemeral: Disk = { ...order.disks[0]!, role: 'ephemeral', bootIndex: null }
  const two = orderOn('a', { disks: [order.disks[0]!, ephemeral] })

  it('writes disks anew, but for ephemeral ones that are preserved', async () => {
    const { host, world } = await opened()
    await host.spawn(two)
    const generations = (): readonly number[] => world.guest(two.server)!.disks.map(({ generation }) => generation)
    await host.rebuild!.rebuild(two, { preserveEphemeral: true })
    expect(generations()).toEqual([2, 1])
    await host.rebuild!.rebuild(two, { preserveEphemeral: false })
    expect(generations()).toEqual([3, 2])
  })
})

describe('devices of the fake', () => {
  it('plugs a port once and leaves no trace of it when it is detached', async () => {
    const { host, world } = await opened()
    await host.spawn(order)
    const nic = { port: 'port-9' } as never
    await host.interfaces!.attach(order, nic)
    await host.interfaces!.attach(order, nic)
    expect(world.guest(order.server)?.ports).toEqual(['port-9'])
    await host.interfaces!.detach(order, nic)
    expect(world.guest(order.server)?.ports).toEqual([])
  })

  it('gives a freed device name again and never one that is in use', async () => {
    const { host } = await opened()
    await host.spawn(order)
    const volume = (name: string) => ({ volume: name, attachment: name, path: '/dev/x', format: 'raw' }) as never
    const attach = async (name: string) =>
      (await host.volumes!.attach(order, volume(name), { deviceName: null, size: null } as never)).deviceName
    expect([await attach('1'), await attach('2')]).toEqual(['vdb', 'vdc'])
    await host.volumes!.detach(order, volume('1'))
    expect(await attach('3')).toBe('vdb')
  })

  it('writes snapshots as real raw files of mode 0600 where it has a folder, and removes them', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'fake-driver-'))
    const { host } = await opened({ directory })
    await host.spawn(order)
    const { path: file, format } = await host.snapshot!.capture(order, '../../escape', 'qcow2')
    expect(format).toBe('raw')
    expect(path.relative(directory, file).startsWith('..')).toBe(false)
    expect((await readFile(file)).length % 512).toBe(0)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await host.snapshot!.discard(order, '../../escape')
    await expect(stat(file)).rejects.toThrow()
  })
})

describe('other facets of the fake', () => {
  it('keeps a password nowhere, and counts that one was set', async () => {
    const { host, world } = await opened()
    await host.spawn(order)
    await host.password!.set(order, 'canary-4711')
    const everything = JSON.stringify([world.guests(), world.calls(), world.violations()])
    expect(everything).not.toContain('canary-4711')
    expect(world.guest(order.server)?.passwordChanges).toBe(1)
  })

  it('refuses what a stopped guest cannot do, as worth trying later', async () => {
    const { host } = await opened()
    await host.spawn({ ...order, powerOn: false })
    for (const call of [host.pause!.pause, host.quiesce!.freeze, host.crashDump!.trigger, host.suspend!.suspend]) {
      await expect(call(order)).rejects.toMatchObject({ code: 'fake.wrong_power', help: 'later' })
    }
  })

  it('tells uptime and diagnostics by the clock', async () => {
    const { host, clock } = await opened()
    await host.spawn(order)
    await clock.advance(millis(5000))
    expect(await host.diagnostics!.read(order)).toMatchObject({ uptime: 5000, vcpus: [{ time: 50 }], cpus: 1 })
    expect(await host.hostPower!.uptime()).toBe(5000)
  })

  it('shows the end of a console log', async () => {
    const { host } = await opened()
    await host.spawn(orderOn('a', { hostname: 'web' }))
    const text = async (max: number) => new TextDecoder().decode(await host.console!.output!(order, bytes(max)))
    expect(await text(1000)).toContain('1 CPUs, 256 MiB')
    expect(await text(11)).toBe('web login: ')
  })

  it('reboots and shuts down the machine after it has answered', async () => {
    const { host, world, settle } = await opened()
    await host.spawn(order)
    await host.hostPower!.action('reboot')
    await settle()
    expect(await host.list()).toMatchObject([{ power: 'shutdown' }])
    await host.hostPower!.action('shutdown')
    await settle()
    const refused = await host.list().catch((error: unknown) => error)
    expect(hasCode(refused, 'host.unreachable')).toBe(true)
    world.restorePower(hostName('a'))
    expect(await host.list()).toHaveLength(1)
  })

  it('says what the knob says of disks elsewhere', async () => {
    expect(await (await opened()).host.evacuation!.disksReachable(order)).toBe(false)
    expect(await (await opened({ sharedDisks: true })).host.evacuation!.disksReachable(order)).toBe(true)
  })
})
