import { expect, test } from 'vitest'
import { expectQuietWorld, onlyServer, quietWorld } from '../support/quiet-world.ts'
import { expectStatuses } from '../support/expect-statuses.ts'
import { id, seconds } from '@novakit/core'
import { settle } from '@novakit/sim'

async function worldWithServer() {
  const world = await quietWorld()
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
  return world
}

test('a guest that shuts itself down is shown as stopped, and its history says so', async () => {
  const world = await worldWithServer()
  const { id } = await onlyServer(world)
  world.hypervisors.powerOff(id)
  await world.clock.advance(seconds(20))
  await settle(world)
  await expectStatuses(world, ['SHUTOFF'])
  expect(await world.tenant.servers.actions(id)).toMatchObject([
    { action: 'stop', user: 'system', result: 'success' },
    { action: 'create' },
  ])
  await expectQuietWorld(world)
})

test('a server that was stopped and runs all the same is stopped again', async () => {
  const world = await worldWithServer()
  const { id } = await onlyServer(world)
  await world.tenant.servers.stop(id)
  await settle(world)
  world.hypervisors.powerOn(id)
  await world.clock.advance(seconds(20))
  await settle(world)
  await expectStatuses(world, ['SHUTOFF'])
  await expectQuietWorld(world)
})

test('what a host never heard of does not keep it from telling what its guests show', async () => {
  const world = await worldWithServer()
  const { id: server, placement } = await world.admin.servers.get((await onlyServer(world)).id)
  const host = world.hosts.find(({ name }) => name === placement?.host)!
  host.kill()
  world.hypervisors.cutPower(id(host.name))
  await world.clock.advance(seconds(30))
  await world.tenant.servers.reboot(server)
  await world.clock.advance(seconds(10))
  expect(await world.tenant.servers.actions(server)).toMatchObject([{ action: 'reboot', result: 'error' }, {}])
  await world.admin.servers.resetState(server, 'active')
  world.hypervisors.restorePower(id(host.name))
  await host.start()
  await world.clock.advance(seconds(60))
  await settle(world)
  await expectStatuses(world, ['SHUTOFF'])
  await expectQuietWorld(world)
})
