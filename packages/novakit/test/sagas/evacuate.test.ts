import { describeSaga } from '@novakit/core/testing'
import { expect, test } from 'vitest'
import { id, seconds } from '@novakit/core'
import { settle } from '@novakit/sim'
import { evacuationSuite, testedMoves } from '../support/action-scenarios.ts'
import { errorOf } from '../support/error-of.ts'
import { expectQuietWorld, onlyServer, quietWorld } from '../support/quiet-world.ts'

for (const kind of testedMoves) describeSaga(kind, evacuationSuite(kind))

test('a server on a host that is up is not evacuated', async () => {
  const world = await quietWorld()
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
  const { id: server } = await onlyServer(world)
  expect(await errorOf(world.admin.servers.evacuate(server))).toMatchObject({
    code: 'server.host_is_up',
    kind: 'conflict',
  })
  expect(await errorOf(world.tenant.servers.evacuate(server))).toMatchObject({ code: 'policy.forbidden' })
  await expectQuietWorld(world)
})

test('a server of a dead host is made anew where the operator wants it, and the host that comes back gives up its copy', async () => {
  const world = await quietWorld()
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
  const { id: server, placement } = await world.admin.servers.get((await onlyServer(world)).id)
  const dead = world.hosts.find(({ name }) => name === placement?.host)!
  const other = world.hosts.find(({ name }) => name !== placement?.host)!
  dead.kill()
  world.hypervisors.cutPower(id(dead.name))
  await world.clock.advance(seconds(30))
  await world.admin.servers.evacuate(server, { host: other.name })
  await world.clock.advance(seconds(20))
  expect(await world.admin.servers.get(server)).toMatchObject({
    status: 'SHUTOFF',
    placement: { host: other.name, epoch: 2 },
  })
  expect(await world.admin.servers.migrations(server)).toMatchObject([
    { type: 'evacuation', status: 'done', sourceHost: dead.name, destHost: other.name },
  ])
  world.hypervisors.restorePower(id(dead.name))
  await dead.start()
  await settle(world)
  expect(await world.admin.servers.migrations(server)).toMatchObject([{ status: 'completed' }])
  await world.tenant.servers.start(server)
  await expectQuietWorld(world)
})

test('a host that comes back before its server was given up keeps it', async () => {
  const world = await quietWorld()
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
  const { id: server, placement } = await world.admin.servers.get((await onlyServer(world)).id)
  await world.admin.hosts.forceDown(placement!.host!, true)
  for (const { life } of world.conductors) life.pause()
  await world.admin.servers.evacuate(server)
  await world.admin.hosts.forceDown(placement!.host!, false)
  for (const { life } of world.conductors) life.resume()
  await settle(world)
  expect(await world.admin.servers.get(server)).toMatchObject({
    status: 'ERROR',
    placement: { ...placement, epoch: 1 },
  })
  expect(await world.admin.servers.migrations(server)).toMatchObject([{ status: 'failed' }])
  await expectQuietWorld(world)
})
