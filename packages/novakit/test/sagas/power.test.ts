import { expect, test } from 'vitest'
import { expectQuietWorld, onlyServer, quietWorld } from '../support/quiet-world.ts'
import { expectStatuses } from '../support/expect-statuses.ts'
import { seconds } from '@novakit/core'
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
