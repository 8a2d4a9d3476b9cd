import { expect, test } from 'vitest'
import { id, seconds } from '@novakit/core'
import { settle, type CloudWorld } from '@novakit/sim'
import { errorOf } from '../support/error-of.ts'
import { expectQuietWorld, quietWorld } from '../support/quiet-world.ts'

async function serverIn(world: CloudWorld): Promise<string> {
  const [server] = await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
  return server?.id ?? ''
}

const inGuest = ({ hypervisors }: CloudWorld, server: string): readonly string[] =>
  hypervisors.guest(id(server))?.ports ?? []

test('a port comes to the guest, stays through whatever makes it anew, and goes again', async () => {
  const world = await quietWorld()
  const server = await serverIn(world)
  const { servers } = world.tenant
  await servers.attachInterface(server, { network: '22222222-2222-4333-8444-555555555555', tag: 'data' })
  await settle(world)
  const [first, second, ...more] = await servers.interfaces(server)
  expect([second?.network, more]).toEqual(['22222222-2222-4333-8444-555555555555', []])
  const both = [first?.port, second?.port]
  expect(inGuest(world, server)).toEqual(both)
  for (const act of [() => servers.reboot(server, { type: 'hard' }), () => servers.rebuild(server)]) {
    await act()
    await settle(world)
    expect(inGuest(world, server)).toEqual(both)
  }
  await servers.stop(server, { graceful: 0 })
  await settle(world)
  await servers.detachInterface(server, second?.port ?? '')
  await settle(world)
  expect(await servers.interfaces(server)).toEqual([first])
  expect(await servers.interface(server, first?.port ?? '')).toEqual(first)
  expect(inGuest(world, server)).toEqual([first?.port])
  await servers.start(server)
  const told = world.events.flatMap(({ name }) => (name.startsWith('instance.interface') ? [name] : []))
  expect([...new Set(told)]).toEqual([
    'instance.interface_attach.start',
    'instance.interface_attach.end',
    'instance.interface_detach.start',
    'instance.interface_detach.end',
  ])
  await expectQuietWorld(world)
})

test('what cannot be is refused, and nothing is begun', async () => {
  const world = await quietWorld()
  const server = await serverIn(world)
  const { servers } = world.tenant
  const stranger = world.front.as({ project: 'theirs', user: 'eve', roles: ['member'] }).servers
  const reader = world.front.as({ project: 'ours', user: 'bob', roles: ['reader'] }).servers
  expect(await errorOf(stranger.attachInterface(server))).toMatchObject({ code: 'server.not_found' })
  expect(await errorOf(stranger.interfaces(server))).toMatchObject({ code: 'server.not_found' })
  expect(await errorOf(reader.attachInterface(server))).toMatchObject({ code: 'policy.forbidden' })
  const port = '99999999-9999-4999-8999-999999999999'
  expect(await errorOf(servers.detachInterface(server, port))).toMatchObject({ code: 'network.port_not_found' })
  expect(await errorOf(servers.attachInterface(server, { fixedIp: '10.0.0.9' }))).toMatchObject({
    code: 'server.invalid',
  })
  expect(await errorOf(servers.attachInterface(server, { network: 'a', port }))).toMatchObject({
    code: 'server.invalid',
  })
  await servers.suspend(server)
  await settle(world)
  expect(await errorOf(servers.attachInterface(server))).toMatchObject({ code: 'server.wrong_state' })
  expect(world.networks.ports()).toHaveLength(1)
  await expectQuietWorld(world)
})

test('a hard reboot in the middle of an attach, and of a detach that is asked for twice', async () => {
  const world = await quietWorld()
  const server = await serverIn(world)
  const { servers } = world.tenant
  await servers.attachInterface(server)
  await servers.reboot(server, { type: 'hard' })
  await settle(world)
  expect(inGuest(world, server)).toHaveLength(2)
  const [, second] = await servers.interfaces(server)
  await servers.detachInterface(server, second?.port ?? '')
  await servers.detachInterface(server, second?.port ?? '')
  await servers.reboot(server, { type: 'hard' })
  await settle(world)
  expect(inGuest(world, server)).toHaveLength(1)
  await expectQuietWorld(world)
})

test('a server that is deleted, or whose host dies, in the middle of an attach leaves no port', async () => {
  const world = await quietWorld()
  const server = await serverIn(world)
  const { placement } = await world.admin.servers.get(server)
  const host = world.hosts.find(({ name }) => name === placement?.host)
  world.hypervisors.inject({ call: 'interfaces.attach', fault: { kind: 'error-after-effect' } })
  await world.tenant.servers.attachInterface(server)
  await world.clock.advance(seconds(2))
  host?.kill()
  await world.clock.advance(seconds(60))
  expect(world.networks.ports()).toHaveLength(2)
  await host?.start()
  await settle(world)
  expect(world.networks.ports()).toHaveLength(1)
  await world.tenant.servers.attachInterface(server)
  await world.tenant.servers.delete(server)
  await expectQuietWorld(world)
})
