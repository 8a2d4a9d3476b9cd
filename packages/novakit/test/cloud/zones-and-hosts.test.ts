import path from 'node:path'
import { expect, test } from 'vitest'
import type { Cloud } from 'novakit'
import { gib, manualClock, seconds } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, openCloud, operator, startCloud, tenant, unlimited } from '../support/open-cloud.ts'
import { codeOf, errorOf } from '../support/error-of.ts'
import { calm, letPass } from '../support/let-pass.ts'
import { tempFolder } from '../support/temp-folder.ts'

const hostOf = async (cloud: Cloud, server: { readonly id: string }): Promise<string | null | undefined> =>
  (await operator(cloud).servers.get(server.id)).placement?.host

test('a server that asks for a zone stands in it, at once after the zone is made', async () => {
  const driver = fakeDriver(node)
  const cloud = await startCloud({ hosts: { h1: driver, h2: driver, h3: driver } })
  await boot(tenant(cloud))
  const { aggregates, zones } = operator(cloud)
  const aggregate = await aggregates.create({ name: 'rack 7', zone: 'moon' })
  await aggregates.addHost(aggregate.id, 'h3')
  for (let index = 0; index < 3; index++)
    expect(await hostOf(cloud, await boot(tenant(cloud), { zone: 'moon' }))).toBe('h3')
  expect(await tenant(cloud).zones.list()).toEqual([
    { name: 'moon', available: true },
    { name: 'nova', available: true },
  ])
  expect((await zones.list({ detailed: true })).map(({ name, hosts }) => [name, hosts])).toEqual([
    ['moon', ['h3']],
    ['nova', ['h1', 'h2']],
  ])
  expect(await hostOf(cloud, await boot(tenant(cloud), { zone: 'nova' }))).not.toBe('h3')
  expect(await errorOf(create(tenant(cloud), { zone: 'mars' }))).toMatchObject({ code: 'aggregate.zone_not_found' })
  await aggregates.removeHost(aggregate.id, 'h3')
  expect(await codeOf(boot(tenant(cloud), { zone: 'moon' }))).toBe('server.ended_otherwise')
})

test('a disabled host gets nothing from the moment it is disabled, and again something when it is enabled', async () => {
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const cloud = await startCloud({ hosts: { h1: driver, h2: driver } })
  await unlimited(cloud)
  for (let round = 0; round < 3; round++) {
    expect(await operator(cloud).hosts.disable('h1', 'a new disk')).toMatchObject({
      enabled: false,
      disabledReason: 'a new disk',
    })
    const during = await Promise.all(Array.from({ length: 4 }, () => boot(tenant(cloud))))
    expect(await Promise.all(during.map((server) => hostOf(cloud, server)))).toEqual(['h2', 'h2', 'h2', 'h2'])
    expect(await operator(cloud).hosts.enable('h1')).toMatchObject({ enabled: true, disabledReason: null })
    const after = await Promise.all(Array.from({ length: 4 }, () => boot(tenant(cloud))))
    expect(await Promise.all(after.map((server) => hostOf(cloud, server)))).toContain('h1')
  }
  await becomesQuiet(cloud, world)
})

test('with every host disabled a server says that they are, and runs when one is enabled before it asks', async () => {
  const cloud = await startCloud({ hosts: { h1: fakeDriver(node) } })
  await operator(cloud).hosts.disable('h1')
  expect(await codeOf(boot(tenant(cloud)))).toBe('server.ended_otherwise')
  await operator(cloud).hosts.enable('h1')
  expect(await boot(tenant(cloud))).toMatchObject({ status: 'ACTIVE' })
})

test('nobody is refused for what another process has just made possible', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const driver = fakeDriver(node)
  const cloud = await startCloud({ database, hosts: { h1: driver, h2: driver } })
  const other = operator(await openCloud({ database, roles: ['api'] }))
  for (let round = 0; round < 3; round++) {
    await other.hosts.disable('h2')
    await boot(tenant(cloud))
    await other.hosts.enable('h2')
    expect(await hostOf(cloud, await boot(operator(cloud), { host: 'h2' }))).toBe('h2')
    const aggregate = await other.aggregates.create({ name: `rack ${round}`, zone: `zone-${round}` })
    await other.aggregates.addHost(aggregate.id, 'h2')
    expect(await hostOf(cloud, await boot(tenant(cloud), { zone: `zone-${round}` }))).toBe('h2')
    await other.aggregates.removeHost(aggregate.id, 'h2')
  }
})

test('a host that is forced down gets nothing until that is taken back', async () => {
  const driver = fakeDriver(node)
  const cloud = await startCloud({ hosts: { h1: driver, h2: driver } })
  expect(await operator(cloud).hosts.forceDown('h1', true)).toMatchObject({ up: false, forcedDown: true })
  expect(await hostOf(cloud, await boot(tenant(cloud)))).toBe('h2')
  expect(await hostOf(cloud, await boot(tenant(cloud)))).toBe('h2')
  expect(await operator(cloud).hosts.forceDown('h1', false)).toMatchObject({ up: true, forcedDown: false })
  expect(await hostOf(cloud, await boot(operator(cloud), { host: 'h1' }))).toBe('h1')
})

test('a server for a host that is named stands there or nowhere, and naming one needs a right', async () => {
  const driver = fakeDriver(node)
  const cloud = await startCloud({ hosts: { h1: driver, h2: driver } })
  for (const host of ['h2', 'h1', 'h2']) expect(await hostOf(cloud, await boot(operator(cloud), { host }))).toBe(host)
  expect(await codeOf(create(tenant(cloud), { host: 'h1' }))).toBe('policy.forbidden')
  expect(await codeOf(create(tenant(cloud), { node: 'h1' }))).toBe('policy.forbidden')
  expect(await codeOf(boot(operator(cloud), { host: 'h9' }))).toBe('server.ended_otherwise')
  await operator(cloud).flavors.create({ name: 'whale', vcpus: 1, memory: 70_000, disk: 1 })
  await unlimited(cloud)
  expect(await codeOf(boot(operator(cloud), { host: 'h1', flavor: 'whale' }))).toBe('server.ended_otherwise')
})

test('a host that does not beat any more counts as down after its time, and as up again when it beats', async () => {
  const clock = manualClock()
  const driver = fakeDriver(node)
  const one = await openCloud({ clock, timing: calm, hosts: { h1: driver } })
  await letPass(clock, one.start())
  const up = async (): Promise<boolean> => (await operator(one).hosts.get('h1')).up
  await clock.advance(seconds(300))
  expect(await up()).toBe(true)

  driver.world.cutPower('h1' as never)
  await clock.advance(seconds(45))
  expect(await up()).toBe(true)
  await clock.advance(seconds(25))
  expect(await up()).toBe(false)
  expect((await operator(one).zones.list()).map(({ available }) => available)).toEqual([false])
  const waiting = await create(tenant(one))
  expect(await codeOf(letPass(clock, tenant(one).servers.until(waiting.id, 'active')))).toBe('server.ended_otherwise')

  driver.world.restorePower('h1' as never)
  await clock.advance(seconds(15))
  expect(await up()).toBe(true)
  const { id } = await create(tenant(one))
  expect(await letPass(clock, tenant(one).servers.until(id, 'active'))).toMatchObject({ status: 'ACTIVE' })
})

test('hosts that are not mapped by themselves get nothing until they are discovered', async () => {
  const driver = fakeDriver(node)
  const cloud = await startCloud({ mapHosts: false, cells: { west: { hosts: { w1: driver, w2: driver } } } })
  const { hosts, cells } = operator(cloud)
  expect((await hosts.list()).hosts).toMatchObject([
    { name: 'w1', mapped: false, up: true },
    { name: 'w2', mapped: false, up: true },
  ])
  expect(await hosts.get('w1')).toMatchObject({ mapped: false })
  expect(await codeOf(boot(tenant(cloud)))).toBe('server.ended_otherwise')
  expect(await cells.discoverHosts('west')).toBe(2)
  expect(await cells.discoverHosts('west')).toBe(0)
  expect((await hosts.list()).hosts).toMatchObject([{ mapped: true }, { mapped: true }])
  expect(await boot(tenant(cloud))).toMatchObject({ status: 'ACTIVE' })
  expect(await codeOf(cells.discoverHosts('nowhere'))).toBe('cell.not_found')
})

test('a host that has shrunk below what its servers hold is still a host: they run on, and nothing more fits', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const sized = (memory: number) => ({ h1: fakeDriver({ vcpus: 8, memory: gib(memory), disk: gib(100), world }) })
  const before = await startCloud({ database, hosts: sized(8) })
  const server = await boot(tenant(before), { flavor: 'm1.medium' })
  await before.stop()
  const after = await startCloud({ database, hosts: sized(2) })
  expect(await operator(after).hosts.get('h1')).toMatchObject({ up: true, mapped: true })
  expect(await tenant(after).servers.get(server.id)).toMatchObject({ status: 'ACTIVE' })
  expect(await codeOf(boot(tenant(after)))).toBe('server.ended_otherwise')
  await tenant(after).servers.delete(server.id)
  await tenant(after).servers.until(server.id, 'deleted')
  expect(await boot(tenant(after))).toMatchObject({ status: 'ACTIVE' })
  await expect.poll(async () => (await operator(after).servers.list({ status: 'ERROR' })).servers.length).toBe(1)
})

test('a host of unknown name is not found by any verb', async () => {
  const cloud = await openCloud()
  const { hosts } = operator(cloud)
  for (const call of [hosts.get('h9'), hosts.enable('h9'), hosts.disable('h9'), hosts.forceDown('h9', true)]) {
    expect(await errorOf(call)).toMatchObject({ code: 'host.not_found', message: 'There is no host h9.' })
  }
  expect(await codeOf(tenant(cloud).hosts.list())).toBe('policy.forbidden')
})
