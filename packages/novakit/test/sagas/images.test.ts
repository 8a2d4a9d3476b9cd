import { describe, expect, test } from 'vitest'
import type { CloudWorld } from '@novakit/sim'
import type { Image } from '@novakit/core'
import { id, seconds } from '@novakit/core'
import { settle } from '@novakit/sim'
import { codeOf } from '../support/error-of.ts'
import { expectQuietWorld, onlyServer, quietWorld } from '../support/quiet-world.ts'

async function worldWithServer(): Promise<{ world: CloudWorld; server: string }> {
  const world = await quietWorld()
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
  return { world, server: (await onlyServer(world)).id }
}

const statuses = ({ images }: CloudWorld): readonly string[] =>
  images.made().map(({ name, status }) => `${name} ${status}`)
const imageOf = ({ images }: CloudWorld, name: string): Image | undefined =>
  images.made().find((image) => image.name === name)

describe('an image of a server', () => {
  test('is there when that is accepted, and holds the disk in the end, while the server goes on', async () => {
    const { world, server } = await worldWithServer()
    const image = await world.tenant.servers.createImage(server, { name: 'golden', metadata: { purpose: 'test' } })
    expect(statuses(world)).toEqual(['golden queued'])
    expect(await world.tenant.servers.get(server)).toMatchObject({
      status: 'ACTIVE',
      taskState: 'image_snapshot_pending',
    })
    await settle(world)
    expect(imageOf(world, 'golden')).toMatchObject({
      id: image,
      status: 'active',
      owner: 'ours',
      visibility: 'private',
      minDisk: 1,
      properties: {
        base_image_ref: '155d900f-4e14-4e4c-a73d-069cbf4541e6',
        image_type: 'snapshot',
        image_location: 'snapshot',
        image_state: 'available',
        instance_uuid: server,
        owner_id: 'ours',
        user_id: 'ann',
        purpose: 'test',
      },
    })
    expect(await world.tenant.servers.get(server)).toMatchObject({
      status: 'ACTIVE',
      taskState: null,
      powerState: 'running',
    })
    expect(await world.tenant.servers.actions(server)).toMatchObject([{ action: 'createImage', result: 'success' }, {}])
    await world.tenant.servers.create({ name: 'copy', flavor: 'm1.tiny', image })
    await expectQuietWorld(world)
  })

  test('goes through the states that Nova shows, one after another', async () => {
    const { world, server } = await worldWithServer()
    const seen: (string | null)[] = []
    world.intercept(async (_process, point) => {
      if (point === 'after_commit') seen.push((await world.tenant.servers.get(server)).taskState)
    })
    await world.tenant.servers.createImage(server, { name: 'golden' })
    await settle(world)
    world.intercept(null)
    expect([...new Set(seen)]).toEqual(['image_snapshot', 'image_pending_upload', 'image_uploading', null])
    await expectQuietWorld(world)
  })

  test.each(['stopped', 'paused', 'suspended'] as const)('is made of a server that is %s', async (rest) => {
    const { world, server } = await worldWithServer()
    const verbs = world.tenant.servers
    await { stopped: verbs.stop, paused: verbs.pause, suspended: verbs.suspend }[rest](server)
    await settle(world)
    await verbs.createImage(server, { name: 'golden' })
    await settle(world)
    expect(statuses(world)).toEqual(['golden active'])
    expect(await verbs.get(server)).toMatchObject({ vmState: rest, taskState: null })
    await expectQuietWorld(world)
  })

  test('is not made of one that is in the middle of something, nor by those who may not', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.stop(server)
    expect(await codeOf(world.tenant.servers.createImage(server, { name: 'golden' }))).toBe('server.wrong_state')
    await settle(world)
    await world.tenant.servers.delete(server)
    const later = world.tenant.servers.createImage(server, { name: 'golden' })
    expect(['server.wrong_state', 'server.not_found']).toContain(await codeOf(later))
    await settle(world)
    expect(statuses(world)).toEqual([])
    await expectQuietWorld(world)
  })

  test('made by an operator is the server’s project’s', async () => {
    const { world, server } = await worldWithServer()
    await world.admin.servers.createImage(server, { name: 'golden' })
    await settle(world)
    expect(imageOf(world, 'golden')).toMatchObject({ owner: 'ours', status: 'active', properties: { user_id: 'root' } })
    await expectQuietWorld(world)
  })

  test('is deleted again where its host dies in the middle, and the server is as it was', async () => {
    const { world, server } = await worldWithServer()
    const { placement } = await world.admin.servers.get(server)
    const host = world.hosts.find(({ name }) => name === placement?.host)!
    host.kill()
    world.hypervisors.cutPower(id(host.name))
    await world.tenant.servers.createImage(server, { name: 'golden' })
    await world.clock.advance(seconds(40))
    expect(statuses(world)).toEqual(['golden deleted'])
    expect(await world.tenant.servers.get(server)).toMatchObject({ vmState: 'active', taskState: null })
    expect(await world.tenant.servers.actions(server)).toMatchObject([{ action: 'createImage', result: 'error' }, {}])
    world.hypervisors.restorePower(id(host.name))
    await host.start()
    await expectQuietWorld(world)
  })

  test('that its owner deletes while it is made is not made', async () => {
    const { world, server } = await worldWithServer()
    for (const { life } of world.conductors) life.pause()
    const image = await world.tenant.servers.createImage(server, { name: 'golden' })
    const owner = { project: id<never>('ours'), user: id<never>('ann'), roles: ['member'], requestId: id<never>('r') }
    await world.images.service.delete(owner, image)
    for (const { life } of world.conductors) life.resume()
    await settle(world)
    expect(statuses(world)).toEqual(['golden deleted'])
    expect(await world.tenant.servers.actions(server)).toMatchObject([{ action: 'createImage', result: 'error' }, {}])
    await expectQuietWorld(world)
  })
})

describe('backups of a server', () => {
  const backUp = async (world: CloudWorld, server: string, name: string, type: string, rotation: number) => {
    await world.tenant.servers.createBackup(server, { name, type, rotation })
    await settle(world)
  }

  test('are kept so many of each type, the newest', async () => {
    const { world, server } = await worldWithServer()
    await backUp(world, server, 'weekly 1', 'weekly', 2)
    for (const day of [1, 2, 3]) await backUp(world, server, `daily ${day}`, 'daily', 2)
    expect(statuses(world)).toEqual(['weekly 1 active', 'daily 1 deleted', 'daily 2 active', 'daily 3 active'])
    expect(imageOf(world, 'daily 3')?.properties).toMatchObject({ image_type: 'backup', backup_type: 'daily' })
    await world.tenant.servers.createImage(server, { name: 'an image' })
    await settle(world)
    await backUp(world, server, 'daily 4', 'daily', 0)
    expect(statuses(world).filter((one) => one.endsWith('active'))).toEqual(['weekly 1 active', 'an image active'])
    expect((await world.tenant.servers.actions(server)).filter(({ action }) => action === 'createBackup')).toHaveLength(
      5,
    )
    await expectQuietWorld(world)
  })

  test('need a type, and how many are kept', async () => {
    const { world, server } = await worldWithServer()
    const ask = (options: object) => codeOf(world.tenant.servers.createBackup(server, options as never))
    expect(await ask({ name: 'b', rotation: 1 })).toBe('server.invalid')
    expect(await ask({ name: 'b', type: 'daily' })).toBe('server.invalid')
    expect(await ask({ name: 'b', type: 'daily', rotation: -1 })).toBe('server.invalid')
    expect(await ask({ name: 'b\u0000', type: 'daily', rotation: 1 })).toBe('server.invalid')
    await expectQuietWorld(world)
  })
})
