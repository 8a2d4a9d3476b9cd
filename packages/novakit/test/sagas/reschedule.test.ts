import { expect, test } from 'vitest'
import type { CloudWorld } from '@novakit/sim'
import { forEver } from '@novakit/core/testing'
import { hostErrors, seconds } from '@novakit/core'
import { expectQuietWorld, onlyServer, quietWorld } from '../support/quiet-world.ts'
import { apartAtOneTime, placesTakenMeanwhile } from '../support/stories.ts'
import { settle } from '@novakit/sim'

const tiny = { name: 'web', flavor: 'm1.tiny', image: 'cirros' }

/** Fails the first server that comes to be spawned. */
function failFirstSpawn(world: CloudWorld): void {
  let victim = ''
  world.intercept(async (_process, point, operation, key) => {
    if (operation.kind !== 'server.build' || key !== 'spawn' || point !== 'before' || victim !== '') return
    victim = operation.subject
    throw hostErrors.refused({}, { detail: 'thrown by a test' })
  })
}

test('a server whose further places were all taken meanwhile is shown in error, and does not stay in BUILD', () =>
  placesTakenMeanwhile())

test('the only member of an affinity group may go to another host when its first one fails', async () => {
  const world = await quietWorld()
  const group = await world.tenant.serverGroups.create({ name: 'together', policy: 'affinity' })
  failFirstSpawn(world)
  await world.tenant.servers.create({ ...tiny, group: group.id })
  await settle(world)
  expect((await onlyServer(world)).status).toBe('ACTIVE')
  await expectQuietWorld(world)
})

test('a server that was given up is in error, although there is room by the time another goes on with it', async () => {
  const world = await quietWorld()
  const [last] = world.hosts
  if (last === undefined) throw new Error('no hosts')
  last.kill()
  await world.clock.advance(seconds(40))
  world.driverFaults(({ name }) => (name === 'spawn' ? { kind: 'error' } : null))
  let killed = false
  world.intercept(async (process, point, operation, key) => {
    if (killed || operation.kind !== 'server.create' || key !== 'attempts' || point !== 'after_effect') return
    const { servers } = await world.admin.servers.list({ allProjects: true, status: 'ERROR' })
    // It stands already where errors are shown, and that is not recorded yet.
    if (servers.length === 0) return
    killed = true
    world.driverFaults(null)
    await last.start()
    process.kill()
    await forEver()
  })
  await world.tenant.servers.create(tiny)
  await settle(world)
  expect(killed).toBe(true)
  expect((await onlyServer(world)).status).toBe('ERROR')
  await expectQuietWorld(world)
})

test('a tenant reads of a failed build neither which hosts failed nor why', async () => {
  const world = await quietWorld()
  world.driverFaults(({ name }) => (name === 'spawn' ? { kind: 'error' } : null))
  await world.tenant.servers.create(tiny)
  await settle(world)
  const { servers } = await world.tenant.servers.list()
  expect(JSON.stringify(servers)).not.toMatch(/h[123]|fake/)
  expect(servers[0]?.fault?.message).toMatch(/could not be built/)
})

test('two requests that are decided at one time keep their group apart', () => apartAtOneTime())
