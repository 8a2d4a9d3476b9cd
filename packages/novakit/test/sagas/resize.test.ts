import type { CloudWorld, CloudWorldOptions, HostProcess } from '@novakit/sim'
import { checkQuiet, cloudPicture, describeSaga } from '@novakit/core/testing'
import { expect, test } from 'vitest'
import { id, seconds } from '@novakit/core'
import { settle, worldInside } from '@novakit/sim'
import { resizeSuite, testedResizes } from '../support/resize-scenarios.ts'
import { errorOf } from '../support/error-of.ts'
import { expectQuietWorld, onlyServer, quietWorld, serversOf } from '../support/quiet-world.ts'

for (const name of testedResizes) describeSaga(name, resizeSuite(name))

/** A cloud with one server that runs. */
async function withServer(options: CloudWorldOptions = {}): Promise<CloudWorld> {
  const world = await quietWorld(options)
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
  return world
}

/** Moves the only server of a cloud, and tells where it was. */
async function moved(world: CloudWorld): Promise<{ readonly server: string; readonly old: HostProcess }> {
  const { id: server, placement } = await world.admin.servers.get((await onlyServer(world)).id)
  await world.admin.servers.migrate(server)
  await settle(world)
  return { server, old: world.hosts.find(({ name }) => name === placement?.host)! }
}

test('an operator moves a server to another host, and it is confirmed', async () => {
  const world = await withServer()
  const { id: server, placement: before } = await world.admin.servers.get((await onlyServer(world)).id)
  expect(await errorOf(world.tenant.servers.migrate(server))).toMatchObject({ code: 'policy.forbidden' })
  await world.admin.servers.migrate(server)
  await settle(world)
  const moved = await world.admin.servers.get(server)
  expect(moved).toMatchObject({ status: 'VERIFY_RESIZE', powerState: 'running', placement: { epoch: 2 } })
  expect(moved.placement?.host).not.toBe(before?.host)
  await world.tenant.servers.confirmResize(server)
  await settle(world)
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'ACTIVE', placement: moved.placement })
  expect(await world.admin.servers.migrations(server)).toMatchObject([{ type: 'migration', status: 'confirmed' }])
  await expectQuietWorld(world)
})

test('a stopped server moves, and goes back stopped', async () => {
  const world = await withServer()
  const { id: server } = await onlyServer(world)
  await world.tenant.servers.stop(server)
  await settle(world)
  const { placement: before } = await world.admin.servers.get(server)
  await world.admin.servers.migrate(server)
  await settle(world)
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'VERIFY_RESIZE', powerState: 'shutdown' })
  await world.tenant.servers.revertResize(server)
  await settle(world)
  expect(await world.admin.servers.get(server)).toMatchObject({
    status: 'SHUTOFF',
    placement: { host: before?.host, epoch: 3 },
  })
  expect(await world.admin.servers.migrations(server)).toMatchObject([{ status: 'reverted' }])
  await expectQuietWorld(world)
})

test('a server grows, is charged for it, and shrinks in size again when it goes back', async () => {
  const world = await withServer()
  const { id: server } = await onlyServer(world)
  const used = async (): Promise<unknown> =>
    (await world.tenant.quotas.get('ours')).find(({ resource }) => resource === 'ram')?.used
  expect(await errorOf(world.tenant.servers.resize(server, 'm1.tiny'))).toMatchObject({ code: 'server.invalid' })
  expect(await errorOf(world.tenant.servers.resize(server, 'none'))).toMatchObject({ code: 'flavor.not_found' })
  await world.tenant.servers.resize(server, 'm1.small')
  await settle(world)
  expect(await world.tenant.servers.get(server)).toMatchObject({
    status: 'VERIFY_RESIZE',
    flavor: { name: 'm1.small' },
  })
  expect(await used()).toBe(2048)
  await world.tenant.servers.revertResize(server)
  await settle(world)
  expect(await world.tenant.servers.get(server)).toMatchObject({ status: 'ACTIVE', flavor: { name: 'm1.tiny' } })
  expect(await used()).toBe(512)
  await world.tenant.servers.resize(server, 'm1.small')
  await settle(world)
  await world.tenant.servers.confirmResize(server)
  await settle(world)
  expect(await errorOf(world.tenant.servers.resize(server, 'm1.tiny'))).toMatchObject({ code: 'server.invalid' })
  await expectQuietWorld(world)
})

test('quota is not exceeded by growing, however many grow at one time', async () => {
  const world = await quietWorld()
  await world.admin.quotas.set('ours', { ram: 3 * 512 + 1536 })
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros', count: 3 })
  await settle(world)
  const servers = await serversOf(world)
  const answers = await Promise.allSettled(servers.map(({ id }) => world.tenant.servers.resize(id, 'm1.small')))
  expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
  await settle(world)
  const statuses = (await serversOf(world)).map(({ status }) => status)
  expect(statuses.toSorted()).toEqual(['ACTIVE', 'ACTIVE', 'VERIFY_RESIZE'])
  await expectQuietWorld(world)
})

test('what nobody confirms in time is confirmed', async () => {
  const world = await withServer({ timing: { resizeConfirmWithin: seconds(60) } })
  const { id: server } = await onlyServer(world)
  await world.admin.servers.migrate(server)
  await world.clock.advance(seconds(50))
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'VERIFY_RESIZE' })
  await world.clock.advance(seconds(20))
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'ACTIVE' })
  const [last] = await world.tenant.servers.actions(server)
  expect(last).toMatchObject({ action: 'confirmResize', user: 'system', result: 'success' })
  await expectQuietWorld(world)
})

test('of those who confirm and revert at one time one wins, and the server is what he said', async () => {
  const world = await withServer({ timing: { resizeConfirmWithin: seconds(5) } })
  const { id: server } = await onlyServer(world)
  await world.admin.servers.migrate(server)
  await world.clock.advance(seconds(4))
  const { confirmResize, revertResize } = world.tenant.servers
  const asked = [confirmResize, revertResize, confirmResize, revertResize].map((ask) => ask(server))
  const answers = await Promise.allSettled([...asked, world.clock.advance(seconds(3))])
  expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(2)
  await settle(world)
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'ACTIVE' })
  await expectQuietWorld(world)
})

test('a server that was resized is deleted with what it has left behind, also where its old host is away', async () => {
  const world = await withServer()
  const { server, old } = await moved(world)
  old.kill()
  await world.clock.advance(seconds(30))
  expect(await errorOf(world.admin.servers.resetState(server, 'active'))).toMatchObject({ code: 'server.wrong_state' })
  await world.tenant.servers.delete(server)
  await world.clock.advance(seconds(30))
  await old.start()
  await expectQuietWorld(world)
})

test('a server is confirmed although the host that it left is away, and does not go there again before that is clean', async () => {
  const world = await withServer({ hosts: { h1: 'west', h2: 'west' } })
  const { server, old } = await moved(world)
  old.kill()
  await world.clock.advance(seconds(30))
  await world.tenant.servers.confirmResize(server)
  await world.clock.advance(seconds(30))
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'ACTIVE' })
  await world.admin.servers.migrate(server)
  await world.clock.advance(seconds(10))
  await old.start()
  await settle(world)
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'ACTIVE' })
  await world.admin.servers.migrate(server)
  await settle(world)
  expect(await world.admin.servers.get(server)).toMatchObject({ placement: { host: old.name } })
  await expectQuietWorld(world)
})

test('a server whose new host dies while it arrives is evacuated, and its old host gives up what it kept', async () => {
  const world = await withServer()
  const { id: server, placement } = await world.admin.servers.get((await onlyServer(world)).id)
  const target = world.hosts.find(({ name }) => name !== placement?.host)!
  world.driverFaults(({ name, host }) => (name === 'resize.arrive' && host === target.name ? { kind: 'hang' } : null))
  await world.admin.servers.migrate(server, { host: target.name })
  await world.clock.advance(seconds(10))
  target.kill()
  world.hypervisors.cutPower(id(target.name))
  await world.clock.advance(seconds(60))
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'RESIZE', placement: { host: target.name } })
  world.driverFaults(null)
  await world.admin.servers.evacuate(server)
  await world.clock.advance(seconds(30))
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'SHUTOFF' })
  world.hypervisors.restorePower(id(target.name))
  await target.start()
  await expectQuietWorld(world)
})

test('a host that starts anew keeps what a resize has left there', async () => {
  const world = await withServer()
  const { server, old } = await moved(world)
  old.kill()
  await old.start()
  await world.clock.advance(seconds(60))
  await world.tenant.servers.revertResize(server)
  await settle(world)
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'ACTIVE', placement: { host: old.name } })
  await expectQuietWorld(world)
})

test('volumes go along, there and back', async () => {
  const world = await withServer()
  const { id: server } = await onlyServer(world)
  await world.tenant.servers.attachVolume(server, { volume: await world.newVolume() })
  await settle(world)
  const quiet = async (): Promise<void> => expect(checkQuiet(await cloudPicture(worldInside(world)))).toEqual([])
  await world.admin.servers.migrate(server)
  await settle(world)
  await quiet()
  await world.tenant.servers.revertResize(server)
  await settle(world)
  await quiet()
  await world.tenant.servers.resize(server, 'm1.small')
  await settle(world)
  await world.tenant.servers.confirmResize(server)
  await settle(world)
  await quiet()
  world.hypervisors.inject({ call: 'resize.arrive', fault: { kind: 'error' } })
  await world.admin.servers.migrate(server)
  await settle(world)
  expect(await world.admin.servers.get(server)).toMatchObject({ status: 'ACTIVE' })
  await expectQuietWorld(world)
})

test('the old host of a server that may go back is no place for another of its group', async () => {
  const world = await quietWorld()
  const { servers, serverGroups } = world.tenant
  const { id: group } = await serverGroups.create({ name: 'apart', policy: 'anti-affinity' })
  const ask = { flavor: 'm1.tiny', image: 'cirros', group } as const
  await servers.create({ ...ask, name: 'web', count: 2 })
  await settle(world)
  const [first] = await serversOf(world)
  await world.admin.servers.migrate(first!.id)
  await settle(world)
  const [third] = await servers.create({ ...ask, name: 'third' })
  await settle(world, seconds(20))
  expect(await servers.get(third!.id)).toMatchObject({ status: 'ERROR', fault: { code: 'server.no_valid_host' } })
  await servers.confirmResize(first!.id)
  await settle(world)
  const [fourth] = await servers.create({ ...ask, name: 'fourth' })
  await settle(world)
  expect(await servers.get(fourth!.id)).toMatchObject({ status: 'ACTIVE' })
  await expectQuietWorld(world)
})
