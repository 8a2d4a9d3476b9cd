import { describe, expect, test } from 'vitest'
import { id, seconds } from '@novakit/core'
import { settle, type CloudWorld } from '@novakit/sim'
import { errorOf } from '../support/error-of.ts'
import { expectQuietWorld, quietWorld } from '../support/quiet-world.ts'

const input = { flavor: 'm1.tiny', image: 'cirros' }

async function serverIn(world: CloudWorld, name = 'web'): Promise<string> {
  const [server] = await world.tenant.servers.create({ name, ...input })
  await settle(world)
  return server?.id ?? ''
}

async function withVolume(world: CloudWorld, more: { deleteOnTermination?: boolean; device?: string } = {}) {
  const server = await serverIn(world)
  const volume = await world.newVolume()
  await world.tenant.servers.attachVolume(server, { volume, ...more })
  await settle(world)
  return { server, volume }
}

/** What the guest has, as its hypervisor shows it. */
const inGuest = ({ hypervisors }: CloudWorld, server: string): readonly string[] =>
  (hypervisors.guest(id(server))?.volumes ?? []).map(({ volume, deviceName }) => `${volume} as ${deviceName}`)

const historyOf = async (world: CloudWorld, server: string): Promise<readonly string[]> =>
  (await world.tenant.servers.actions(server)).map(({ action, result }) => `${action}: ${result}`)

describe('attaching', () => {
  test('a volume comes to the guest, under the name that was asked for, and goes again', async () => {
    const world = await quietWorld()
    const { server, volume } = await withVolume(world, { device: '/dev/vdq' })
    const { servers } = world.tenant
    const shown = { server, volume, status: 'attached', device: '/dev/vdq', deleteOnTermination: false, tag: null }
    expect(await servers.volumeAttachments(server)).toMatchObject([shown])
    expect(await servers.volumeAttachment(server, volume)).toMatchObject(shown)
    expect(inGuest(world, server)).toEqual([`${volume} as /dev/vdq`])
    expect(world.volumes.volumes()).toMatchObject([{ status: 'in-use' }])
    await servers.detachVolume(server, volume)
    await settle(world)
    expect(await servers.volumeAttachments(server)).toEqual([])
    expect(inGuest(world, server)).toEqual([])
    expect(world.volumes.volumes()).toMatchObject([{ status: 'available' }])
    expect(await historyOf(world, server)).toEqual([
      'detach_volume: success',
      'attach_volume: success',
      'create: success',
    ])
    const told = world.events.flatMap(({ name }) => (name.startsWith('instance.volume') ? [name] : []))
    expect([...new Set(told)]).toEqual([
      'instance.volume_attach.start',
      'instance.volume_attach.end',
      'instance.volume_detach.start',
      'instance.volume_detach.end',
    ])
    await expectQuietWorld(world)
  })

  test('of two servers that ask for one volume at one time one gets it', async () => {
    const world = await quietWorld()
    const [one, two] = [await serverIn(world, 'one'), await serverIn(world, 'two')]
    const volume = await world.newVolume()
    const { servers } = world.tenant
    await Promise.allSettled([servers.attachVolume(one, { volume }), servers.attachVolume(two, { volume })])
    await settle(world)
    const all = [...(await servers.volumeAttachments(one)), ...(await servers.volumeAttachments(two))]
    expect(all).toMatchObject([{ status: 'attached', volume }])
    expect(await errorOf(servers.attachVolume(one, { volume }))).toMatchObject({ code: 'volume.conflict' })
    await expectQuietWorld(world)
  })

  test('of ten requests for one volume on one server one is carried out', async () => {
    const world = await quietWorld()
    const server = await serverIn(world)
    const volume = await world.newVolume()
    const asked = await Promise.allSettled(
      Array.from({ length: 10 }, () => world.tenant.servers.attachVolume(server, { volume })),
    )
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await settle(world)
    expect(await world.tenant.servers.volumeAttachments(server)).toMatchObject([{ status: 'attached' }])
    await expectQuietWorld(world)
  })

  test('several volumes come one after another while the server is stopped and started', async () => {
    const world = await quietWorld()
    const server = await serverIn(world)
    const volumes = [await world.newVolume(), await world.newVolume(), await world.newVolume()]
    for (const volume of volumes) await world.tenant.servers.attachVolume(server, { volume })
    await world.tenant.servers.stop(server, { graceful: 0 })
    await settle(world)
    expect(inGuest(world, server)).toHaveLength(3)
    expect((await historyOf(world, server)).toSorted()).toEqual([
      ...volumes.map(() => 'attach_volume: success'),
      'create: success',
      'stop: success',
    ])
    await world.tenant.servers.detachVolume(server, volumes[1] ?? '')
    await settle(world)
    await world.tenant.servers.start(server)
    await settle(world)
    expect(inGuest(world, server)).toHaveLength(2)
    await expectQuietWorld(world)
  })

  test('what cannot be is refused, and nothing is begun', async () => {
    const world = await quietWorld()
    const { server, volume } = await withVolume(world)
    const { servers } = world.tenant
    const stranger = world.front.as({ project: 'theirs', user: 'eve', roles: ['member'] }).servers
    const free = await world.newVolume()
    expect(await errorOf(stranger.attachVolume(server, { volume: free }))).toMatchObject({ code: 'server.not_found' })
    expect(await errorOf(stranger.volumeAttachments(server))).toMatchObject({ code: 'server.not_found' })
    const unknown = '99999999-9999-4999-8999-999999999999'
    expect(await errorOf(servers.attachVolume(server, { volume: unknown }))).toMatchObject({ code: 'volume.not_found' })
    expect(await errorOf(servers.detachVolume(server, free))).toMatchObject({ code: 'volume.not_attached' })
    expect(await errorOf(servers.volumeAttachment(server, free))).toMatchObject({ code: 'volume.not_attached' })
    const wrong = { volume: free, device: 'vdb; rm' }
    expect(await errorOf(servers.attachVolume(server, wrong))).toMatchObject({ code: 'server.invalid' })
    expect(await errorOf(servers.attachVolume(server, { volume: 'a\u0000b' }))).toMatchObject({
      code: 'server.invalid',
    })
    await servers.lock(server)
    const locked = world.front.as({ project: 'ours', user: 'bob', roles: ['member'] }).servers
    expect(await errorOf(locked.detachVolume(server, volume))).toMatchObject({ code: 'server.locked' })
    await servers.unlock(server)
    await servers.suspend(server)
    await settle(world)
    expect(await errorOf(servers.attachVolume(server, { volume: free }))).toMatchObject({ code: 'server.wrong_state' })
    expect(world.volumes.attachments()).toHaveLength(1)
    await expectQuietWorld(world)
  })
})

describe('servers with volumes', () => {
  test('a hard reboot, a rebuild and a rescue bring what was attached later', async () => {
    const world = await quietWorld()
    const { server, volume } = await withVolume(world)
    const { servers } = world.tenant
    const before = inGuest(world, server)
    for (const act of [
      () => servers.reboot(server, { type: 'hard' }),
      () => servers.rebuild(server),
      () => servers.rescue(server),
      () => servers.unrescue(server),
    ]) {
      await act()
      await settle(world)
      expect(inGuest(world, server)).toEqual(before)
    }
    expect(before).toEqual([`${volume} as vdb`])
    await expectQuietWorld(world)
  })

  test('a hard reboot in the middle of an attach or a detach brings what is wanted in the end', async () => {
    const world = await quietWorld()
    const { server, volume } = await withVolume(world)
    const { servers } = world.tenant
    await servers.detachVolume(server, volume)
    await servers.reboot(server, { type: 'hard' })
    await settle(world)
    expect(inGuest(world, server)).toEqual([])
    await servers.attachVolume(server, { volume })
    await servers.reboot(server, { type: 'hard' })
    await settle(world)
    expect(inGuest(world, server)).toHaveLength(1)
    await expectQuietWorld(world)
  })

  test('deleting a server frees its volumes, and deletes those that were to end with it', async () => {
    const world = await quietWorld()
    const { server, volume } = await withVolume(world)
    const doomed = await world.newVolume()
    await world.tenant.servers.attachVolume(server, { volume: doomed })
    await settle(world)
    const changed = await world.tenant.servers.updateVolumeAttachment(server, doomed, { deleteOnTermination: true })
    expect(changed).toMatchObject({ volume: doomed, deleteOnTermination: true })
    await world.tenant.servers.delete(server)
    await settle(world)
    expect(world.volumes.volumes()).toMatchObject([{ id: volume, status: 'available' }])
    await expectQuietWorld(world)
  })

  test('a server that is deleted in the middle of an attach leaves the volume free', async () => {
    const world = await quietWorld()
    const server = await serverIn(world)
    const volume = await world.newVolume()
    await world.tenant.servers.attachVolume(server, { volume })
    await world.tenant.servers.delete(server)
    await settle(world)
    expect(world.volumes.volumes()).toMatchObject([{ id: volume, status: 'available' }])
    await expectQuietWorld(world)
  })

  test('an evacuated server has its volumes on its new host, and the host that comes back lets go of them', async () => {
    const world = await quietWorld()
    const { server, volume } = await withVolume(world)
    const { placement } = await world.admin.servers.get(server)
    const dead = world.hosts.find(({ name }) => name === placement?.host)
    dead?.kill()
    world.hypervisors.cutPower(id(dead?.name ?? ''))
    await world.clock.advance(seconds(30))
    await world.admin.servers.evacuate(server)
    await world.clock.advance(seconds(30))
    const { placement: now, status } = await world.admin.servers.get(server)
    expect(status).toBe('SHUTOFF')
    expect(now?.host).not.toBe(placement?.host)
    expect(world.volumes.attachments()).toMatchObject([{ volume, server, host: now?.host }])
    world.hypervisors.restorePower(id(dead?.name ?? ''))
    await dead?.start()
    await settle(world)
    expect(world.volumes.held()).toMatchObject([{ host: now?.host }])
    await world.tenant.servers.start(server)
    await expectQuietWorld(world)
  })

  test('a host that dies in the middle of an attach is asked to take it back when it lives again', async () => {
    const world = await quietWorld()
    const server = await serverIn(world)
    const volume = await world.newVolume()
    const { placement } = await world.admin.servers.get(server)
    const host = world.hosts.find(({ name }) => name === placement?.host)
    world.hypervisors.inject({ call: 'volumes.attach', fault: { kind: 'error-after-effect' } })
    await world.tenant.servers.attachVolume(server, { volume })
    await world.clock.advance(seconds(2))
    host?.kill()
    await world.clock.advance(seconds(60))
    expect(world.volumes.volumes()).toMatchObject([{ status: 'reserved' }])
    expect(await world.tenant.servers.volumeAttachments(server)).toMatchObject([{ status: 'attaching' }])
    await host?.start()
    await settle(world)
    expect(inGuest(world, server)).toEqual([])
    expect(world.volumes.volumes()).toMatchObject([{ status: 'available' }])
    await expectQuietWorld(world)
  })
})
