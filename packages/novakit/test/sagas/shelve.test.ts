import { describe, expect, test } from 'vitest'
import type { CloudWorld, CloudWorldOptions } from '@novakit/sim'
import { id, millis, seconds } from '@novakit/core'
import { settle } from '@novakit/sim'
import { codeOf } from '../support/error-of.ts'
import { expectQuietWorld, onlyServer, quietWorld, serversOf } from '../support/quiet-world.ts'

async function worldWithServer(
  timing: NonNullable<CloudWorldOptions['timing']> = {},
): Promise<{ world: CloudWorld; server: string }> {
  const world = await quietWorld({ timing })
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
  return { world, server: (await onlyServer(world)).id }
}

const images = (world: CloudWorld): readonly string[] =>
  world.images.made().map(({ name, status }) => `${name} ${status}`)
const used = async ({ admin }: CloudWorld): Promise<number | undefined> =>
  (await admin.quotas.get('ours')).find(({ resource }) => resource === 'cores')?.used
const addressesOf = async ({ networks }: CloudWorld, server: string) =>
  (await networks.control.list(id(server))).flatMap(({ fixedIps }) => fixedIps.map(({ address }) => address))

describe('a server that is shelved', () => {
  test('leaves its host at once, and comes back elsewhere with its addresses', async () => {
    const { world, server } = await worldWithServer()
    const before = await world.admin.servers.get(server)
    const addresses = await addressesOf(world, server)
    await world.tenant.servers.shelve(server)
    await settle(world)
    expect(await world.admin.servers.get(server)).toMatchObject({
      status: 'SHELVED_OFFLOADED',
      powerState: 'shutdown',
      placement: { host: null, node: null },
    })
    expect(images(world)).toEqual(['web-shelved active'])
    expect(world.hypervisors.guests()).toEqual([])
    expect(await used(world)).toBe(1)
    expect(await addressesOf(world, server)).toEqual(addresses)
    const other = world.hosts.find(({ name }) => name !== before.placement?.host)!
    await world.admin.servers.unshelve(server, { host: other.name })
    await settle(world)
    expect(await world.admin.servers.get(server)).toMatchObject({
      status: 'ACTIVE',
      powerState: 'running',
      image: before.image,
      placement: { host: other.name, epoch: 2 },
    })
    expect(images(world)).toEqual(['web-shelved deleted'])
    expect(await addressesOf(world, server)).toEqual(addresses)
    const told = world.events.flatMap(({ name }) => (name.includes('shelve') ? [name] : []))
    expect(told).toEqual([
      'instance.shelve.start',
      'instance.shelve.end',
      'instance.shelve_offload.start',
      'instance.shelve_offload.end',
      'instance.unshelve.start',
      'instance.unshelve.end',
    ])
    const actions = await world.tenant.servers.actions(server)
    expect(actions.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'unshelve success',
      'shelve success',
      'create success',
    ])
    await world.tenant.servers.shelve(server)
    await settle(world)
    await world.tenant.servers.unshelve(server)
    await settle(world)
    await expectQuietWorld(world)
  })

  test('stays on its host where only an operator takes it away, and starts there', async () => {
    const { world, server } = await worldWithServer({ offloadAfter: millis(-1) })
    await world.tenant.servers.shelve(server)
    await settle(world)
    await world.clock.advance(seconds(30))
    const shelved = await world.admin.servers.get(server)
    expect(shelved).toMatchObject({ status: 'SHELVED', powerState: 'shutdown' })
    expect(await codeOf(world.tenant.servers.start(server))).toBe('server.wrong_state')
    expect(await codeOf(world.tenant.servers.unshelve(server, { zone: null }))).toBe('server.wrong_state')
    await world.tenant.servers.unshelve(server)
    await settle(world)
    expect(await world.admin.servers.get(server)).toMatchObject({ status: 'ACTIVE', placement: shelved.placement })
    expect(images(world)).toEqual(['web-shelved deleted'])
    await world.tenant.servers.shelve(server)
    await settle(world)
    expect(await codeOf(world.tenant.servers.shelveOffload(server))).toBe('policy.forbidden')
    await world.admin.servers.shelveOffload(server)
    await settle(world)
    expect((await onlyServer(world)).status).toBe('SHELVED_OFFLOADED')
    await expectQuietWorld(world)
    expect(images(world).filter((one) => one.endsWith('active'))).toEqual([])
  })

  test('leaves its host after a while where the cloud says so', async () => {
    const { world, server } = await worldWithServer({ offloadAfter: seconds(30) })
    await world.tenant.servers.shelve(server)
    await settle(world)
    await world.clock.advance(seconds(20))
    expect((await world.tenant.servers.get(server)).status).toBe('SHELVED')
    await world.clock.advance(seconds(25))
    expect((await world.tenant.servers.get(server)).status).toBe('SHELVED_OFFLOADED')
    const [offload] = await world.tenant.servers.actions(server)
    expect(offload).toMatchObject({ action: 'shelveOffload', user: 'system', result: 'success' })
    await expectQuietWorld(world)
  })

  test('stays shelved where there is no room for it, and comes back when there is', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.shelve(server)
    await settle(world)
    for (const { name } of world.hosts) await world.admin.hosts.disable(name, 'full')
    await world.tenant.servers.unshelve(server)
    await settle(world)
    expect(await world.tenant.servers.get(server)).toMatchObject({ status: 'SHELVED_OFFLOADED', taskState: null })
    expect(await world.tenant.servers.actions(server)).toMatchObject([{ action: 'unshelve', result: 'error' }, {}, {}])
    expect(images(world)).toEqual(['web-shelved active'])
    for (const { name } of world.hosts) await world.admin.hosts.enable(name)
    await world.tenant.servers.unshelve(server)
    await settle(world)
    expect((await onlyServer(world)).status).toBe('ACTIVE')
    await expectQuietWorld(world)
  })

  test('is in error where its image is gone', async () => {
    const { world, server } = await worldWithServer()
    await world.tenant.servers.shelve(server)
    await settle(world)
    const owner = { project: id<never>('ours'), user: id<never>('ann'), roles: ['member'], requestId: id<never>('r') }
    await world.images.service.delete(owner, world.images.made()[0]!.id)
    await world.tenant.servers.unshelve(server)
    await settle(world)
    expect(await world.tenant.servers.get(server)).toMatchObject({
      status: 'ERROR',
      fault: { code: 'image.not_found' },
    })
    await world.tenant.servers.delete(server)
    await settle(world)
    expect(await serversOf(world)).toEqual([])
  })

  test('leaves a host that is dead, which gives up its copy when it comes back', async () => {
    const { world, server } = await worldWithServer({ offloadAfter: millis(-1) })
    await world.tenant.servers.shelve(server)
    await settle(world)
    const { placement } = await world.admin.servers.get(server)
    const host = world.hosts.find(({ name }) => name === placement?.host)!
    host.kill()
    world.hypervisors.cutPower(id(host.name))
    await world.clock.advance(seconds(30))
    await world.tenant.servers.unshelve(server)
    await world.clock.advance(seconds(5))
    expect(await world.tenant.servers.get(server)).toMatchObject({ status: 'SHELVED', taskState: null })
    await world.admin.servers.shelveOffload(server)
    await world.clock.advance(seconds(10))
    await world.tenant.servers.unshelve(server)
    await world.clock.advance(seconds(10))
    expect((await world.admin.servers.get(server)).placement?.host).not.toBe(host.name)
    world.hypervisors.restorePower(id(host.name))
    await host.start()
    await settle(world)
    expect((await onlyServer(world)).status).toBe('ACTIVE')
    await expectQuietWorld(world)
  })

  test('goes where its owner says, and an operator says on which host', async () => {
    const { world, server } = await worldWithServer()
    const [first, second] = world.hosts.map(({ name }) => name)
    const made = await world.admin.aggregates.create({ name: 'rack', zone: 'north' })
    await world.admin.aggregates.addHost(made.id, first!)
    await world.tenant.servers.shelve(server)
    await settle(world)
    const { unshelve } = world.tenant.servers
    expect(await codeOf(unshelve(server, { zone: 'nowhere' }))).toBe('aggregate.zone_not_found')
    expect(await codeOf(unshelve(server, { host: first! }))).toBe('policy.forbidden')
    expect(await codeOf(world.admin.servers.unshelve(server, { host: 'h99' }))).toBe('host.not_found')
    expect(await codeOf(world.admin.servers.unshelve(server, { host: second!, zone: 'north' }))).toBe('server.invalid')
    await unshelve(server, { zone: 'north' })
    await settle(world)
    expect(await world.admin.servers.get(server)).toMatchObject({ zone: 'north', placement: { host: first } })
    await world.tenant.servers.shelve(server)
    await settle(world)
    await world.admin.servers.unshelve(server, { host: second!, zone: null })
    await settle(world)
    expect(await world.admin.servers.get(server)).toMatchObject({ zone: null, placement: { host: second } })
    await expectQuietWorld(world)
  })

  test('is shelved once, however often that is asked, and goes with its image when it is deleted', async () => {
    const { world, server } = await worldWithServer()
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => world.tenant.servers.shelve(server)))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await settle(world)
    expect(images(world)).toEqual(['web-shelved active'])
    const back = await Promise.allSettled(Array.from({ length: 5 }, () => world.tenant.servers.unshelve(server)))
    expect(back.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await world.tenant.servers.delete(server)
    await settle(world)
    expect(await serversOf(world)).toEqual([])
    expect(images(world)).toEqual(['web-shelved deleted'])
    await expectQuietWorld(world)
  })

  test('is not kept when it is deleted, although others are', async () => {
    const { world, server } = await worldWithServer({ reclaimAfter: seconds(60) })
    await world.tenant.servers.shelve(server)
    await settle(world)
    await world.tenant.servers.delete(server)
    await settle(world)
    expect(await serversOf(world)).toEqual([])
    await expectQuietWorld(world)
  })
})
