import { describe, expect, test } from 'vitest'
import type { CloudWorld } from '@novakit/sim'
import { id, minutes, seconds } from '@novakit/core'
import { settle } from '@novakit/sim'
import { codeOf } from '../support/error-of.ts'
import { expectQuietWorld, onlyServer, quietWorld, serversOf } from '../support/quiet-world.ts'
import { expectStatuses } from '../support/expect-statuses.ts'

const KEPT = minutes(1)

async function worldWithServer(flavor = 'm1.tiny'): Promise<{ world: CloudWorld; server: string }> {
  const world = await quietWorld({ timing: { reclaimAfter: KEPT } })
  await world.tenant.servers.create({ name: 'web', flavor, image: 'cirros' })
  await settle(world)
  return { world, server: (await onlyServer(world)).id }
}

const usedBy = async ({ admin }: CloudWorld): Promise<number | undefined> =>
  (await admin.quotas.get('ours')).find(({ resource }) => resource === 'instances')?.used

describe('a server that is deleted where deletions can be taken back', () => {
  test('is stopped and kept, shows in no list, and does not count', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.delete(server)
    await world.tenant.servers.delete(server)
    await settle(world)
    expect(await world.tenant.servers.get(server)).toMatchObject({
      status: 'SOFT_DELETED',
      vmState: 'soft-delete',
      powerState: 'shutdown',
      taskState: null,
    })
    expect((await world.tenant.servers.list()).servers).toEqual([])
    expect((await world.tenant.servers.list({ status: 'SOFT_DELETED' })).servers).toHaveLength(1)
    expect(await usedBy(world)).toBe(0)
    expect(await world.tenant.servers.actions(server)).toMatchObject([{ action: 'delete', result: 'success' }, {}])
    expect(await codeOf(world.tenant.servers.start(server))).toBe('server.wrong_state')
    expect(await codeOf(world.admin.servers.resetState(server, 'active'))).toBe('server.wrong_state')
    await expectQuietWorld(world)
  })

  test('runs again when it is restored, and counts', async () => {
    const { world, server } = await worldWithServer()
    expect(await codeOf(world.tenant.servers.restore(server))).toBe('server.wrong_state')
    await world.tenant.servers.delete(server)
    await settle(world)
    await world.tenant.servers.restore(server)
    await settle(world)
    expect(await world.tenant.servers.get(server)).toMatchObject({ status: 'ACTIVE', powerState: 'running' })
    expect(await usedBy(world)).toBe(1)
    await world.clock.advance(minutes(1.5))
    await expectStatuses(world, ['ACTIVE'])
    const told = world.events.filter(({ payload }) => 'server' in payload && payload.server === server)
    expect(told.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'instance.soft_delete.start',
        'instance.soft_delete.end',
        'instance.restore.start',
        'instance.restore.end',
      ]),
    )
    await expectQuietWorld(world)
  })

  test('is gone for good when nobody wanted it back in time', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.delete(server)
    await world.clock.advance(seconds(50))
    await expectStatuses(world, ['SOFT_DELETED'])
    await world.clock.advance(seconds(20))
    expect(await codeOf(world.tenant.servers.get(server))).toBe('server.not_found')
    await expectQuietWorld(world)
  })

  test('is gone at once when that is forced, before or after', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.forceDelete(server)
    await settle(world)
    expect(await serversOf(world)).toEqual([])
    await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
    await settle(world)
    const second = (await onlyServer(world)).id
    await world.tenant.servers.delete(second)
    await settle(world)
    await world.tenant.servers.forceDelete(second)
    await settle(world)
    await expectQuietWorld(world)
  })

  test('is not restored where others have taken its quota meanwhile', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.delete(server)
    await settle(world)
    await world.admin.quotas.set('ours', { instances: 1 })
    await world.tenant.servers.create({ name: 'other', flavor: 'm1.tiny', image: 'cirros' })
    await settle(world)
    expect(await codeOf(world.tenant.servers.restore(server))).toBe('quota.exceeded')
    await expectStatuses(world, ['ACTIVE', 'SOFT_DELETED'])
    await expectQuietWorld(world)
  })

  test('stays deleted where its quota is taken while it is being restored, and its history says so', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.delete(server)
    await settle(world)
    for (const { life } of world.conductors) life.pause()
    await world.tenant.servers.restore(server)
    await world.admin.quotas.set('ours', { instances: 0 })
    for (const { life } of world.conductors) life.resume()
    await settle(world)
    await expectStatuses(world, ['SOFT_DELETED'])
    expect(await world.tenant.servers.actions(server)).toMatchObject([{ action: 'restore', result: 'error' }, {}, {}])
    await expectQuietWorld(world)
  })

  test('is gone for good where its host is dead: there is nothing to stop', async () => {
    const { world, server } = await worldWithServer()
    const { placement } = await world.admin.servers.get(server)
    const host = world.hosts.find(({ name }) => name === placement?.host)!
    host.kill()
    world.hypervisors.cutPower(id(host.name))
    await world.clock.advance(seconds(30))
    await world.tenant.servers.delete(server)
    await world.clock.advance(seconds(30))
    expect(await serversOf(world)).toEqual([])
    world.hypervisors.restorePower(id(host.name))
    await host.start()
    await expectQuietWorld(world)
  })

  test('is gone for good where its host dies before the guest was stopped', async () => {
    const { world, server } = await worldWithServer()
    const { placement } = await world.admin.servers.get(server)
    const host = world.hosts.find(({ name }) => name === placement?.host)!
    host.kill()
    world.hypervisors.cutPower(id(host.name))
    await world.tenant.servers.delete(server)
    await world.clock.advance(seconds(40))
    expect(await serversOf(world)).toEqual([])
    world.hypervisors.restorePower(id(host.name))
    await host.start()
    await expectQuietWorld(world)
  })

  test('is gone for good where it never ran', async () => {
    const { world } = await worldWithServer()
    await world.tenant.servers.create({ name: 'misfit', flavor: 'm1.xlarge', image: 'cirros' })
    await settle(world)
    const misfit = (await serversOf(world)).find(({ name }) => name === 'misfit')!
    expect(misfit.status).toBe('ERROR')
    await world.tenant.servers.delete(misfit.id)
    await settle(world)
    await expectStatuses(world, ['ACTIVE'])
    await expectQuietWorld(world)
  })

  test('is restored, reclaimed or deleted: one of them, when all come at one time', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.delete(server)
    await settle(world)
    await world.clock.advance(seconds(57))
    const asked = [
      world.tenant.servers.restore(server),
      world.tenant.servers.restore(server),
      world.tenant.servers.delete(server),
      world.tenant.servers.restore(server),
    ]
    await Promise.allSettled(asked)
    await world.clock.advance(seconds(15))
    await settle(world)
    const [left, ...others] = await serversOf(world)
    expect(others).toEqual([])
    expect(['ACTIVE', 'SOFT_DELETED', undefined]).toContain(left?.status)
    await expectQuietWorld(world)
  })

  test('is one that is locked only for those whom its lock does not stop', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.lock(server)
    expect(await codeOf(world.tenant.servers.delete(server))).toBe('server.locked')
    expect(await codeOf(world.tenant.servers.forceDelete(server))).toBe('server.locked')
    await world.admin.servers.delete(server)
    await settle(world)
    expect(await codeOf(world.tenant.servers.restore(server))).toBe('server.locked')
    await world.admin.servers.restore(server)
    await settle(world)
    await expectStatuses(world, ['ACTIVE'])
    await expectQuietWorld(world)
  })
})
