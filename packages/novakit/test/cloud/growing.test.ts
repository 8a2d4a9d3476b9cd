import path from 'node:path'
import { expect, test } from 'vitest'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { createAgent, hasCode, unixSocket } from 'novakit'
import { onTestFinished } from 'vitest'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, node, openCloud, operator, quick, startCloud, tenant } from '../support/open-cloud.ts'
import { codeOf, errorOf } from '../support/error-of.ts'
import { tempFolder } from '../support/temp-folder.ts'

test('a cell that is made while the cloud runs gets a host of another process, and servers', async () => {
  const folder = await tempFolder()
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const socket = path.join(folder, 'bus')
  const hub = unixSocket({ path: socket, role: 'hub' })
  await hub.open()
  const cloud = await startCloud({ database: path.join(folder, 'cloud.db'), transport: hub, hosts: { h1: driver } })
  expect(await operator(cloud).cells.create('west')).toMatchObject({ name: 'west', up: true, disabled: false })

  const leaf = unixSocket({ path: socket, role: 'leaf' })
  await leaf.open()
  const agent = await createAgent({
    host: 'w1',
    cell: 'west',
    driver,
    transport: leaf,
    stateFolder: folder,
    timing: quick,
  })
  onTestFinished(async () => {
    await agent.stop()
    await leaf.close()
  })
  await agent.start()
  await expect.poll(async () => (await operator(cloud).hosts.list()).hosts.map(({ name }) => name)).toContain('w1')
  const server = await boot(operator(cloud), { host: 'w1' })
  const west = (await operator(cloud).cells.list()).find(({ name }) => name === 'west')
  expect(server.placement).toMatchObject({ host: 'w1', cell: west?.id })
  await becomesQuiet(cloud, world)
  await tenant(cloud).servers.delete(server.id)
  await tenant(cloud).servers.until(server.id, 'deleted')
  await becomesQuiet(cloud, world)
})

test('a cell that another process makes is taken up by those that run', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const first = await startCloud({ database, cells: { east: { hosts: { e1: driver } } } })
  const second = await startCloud({ database, cells: { west: { hosts: { w1: driver } } } })
  const server = await boot(operator(second), { host: 'w1' })
  const { servers, hosts, cells } = operator(first)
  await expect
    .poll(() => servers.get(server.id).catch((error: { code: string }) => error.code), { timeout: 5000 })
    .toMatchObject({
      status: 'ACTIVE',
    })
  expect((await servers.list()).servers.map(({ id }) => id)).toEqual([server.id])
  expect((await hosts.list()).hosts.map(({ name }) => name).toSorted()).toEqual(['e1', 'w1'])
  expect(await cells.list()).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'west', up: true })]))
  expect(await boot(operator(first), { host: 'w1' })).toMatchObject({ status: 'ACTIVE' })
  await servers.delete(server.id)
  await servers.until(server.id, 'deleted')
  await becomesQuiet(first, world)
})

test('of several who make one cell at one time one succeeds, and the others are told that it exists', async () => {
  const cloud = await startCloud({ hosts: { h1: fakeDriver(node) } })
  const { cells } = operator(cloud)
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => cells.create('west')))
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(answers.every((answer) => answer.status === 'fulfilled' || hasCode(answer.reason, 'cell.exists'))).toBe(true)
  expect((await cells.list()).filter(({ name }) => name === 'west')).toHaveLength(1)
  await cloud.stop()
})

test('a cell that is disabled keeps its servers and gets no new ones', async () => {
  const driver = fakeDriver(node)
  const cloud = await startCloud({ cells: { east: { hosts: { e1: driver } }, west: { hosts: { w1: driver } } } })
  const kept = await boot(operator(cloud), { host: 'w1' })
  const { cells, servers } = operator(cloud)
  await cells.disable('west')
  expect((await cells.list()).find(({ name }) => name === 'west')).toMatchObject({ disabled: true, up: true })
  for (let index = 0; index < 3; index++) expect((await boot(operator(cloud))).placement?.host).toBe('e1')
  expect(await servers.get(kept.id)).toMatchObject({ status: 'ACTIVE' })
  await cells.enable('west')
  expect((await boot(operator(cloud), { host: 'w1' })).placement?.host).toBe('w1')
  await servers.delete(kept.id)
  await servers.until(kept.id, 'deleted')
})

test('cells are named once, for administrators, and cell0 is not for hosts', async () => {
  const cloud = await openCloud()
  const { cells } = operator(cloud)
  expect(await errorOf(cells.create('cell1'))).toMatchObject({
    code: 'cell.exists',
    message: 'A cell cell1 exists already.',
  })
  expect(await codeOf(cells.create('cell0'))).toBe('cell.exists')
  expect(await codeOf(cells.create('  '))).toBe('cell.invalid')
  expect(await codeOf(cells.create('x'.repeat(256)))).toBe('cell.invalid')
  expect(await codeOf(cells.disable('cell0'))).toBe('cell.invalid')
  expect(await codeOf(cells.disable('nowhere'))).toBe('cell.not_found')
  expect(await codeOf(tenant(cloud).cells.create('mine'))).toBe('policy.forbidden')
  expect(await codeOf(tenant(cloud).cells.list())).toBe('policy.forbidden')
})

test('a cell that was made is there after a restart, with its servers', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const first = await startCloud({ database, hosts: { h1: driver } })
  await operator(first).cells.create('west')
  await first.stop()
  const second = await startCloud({ database, cells: { cell1: {}, west: { hosts: { w1: driver } } } })
  const server = await boot(operator(second), { host: 'w1' })
  await second.stop()
  const third = await openCloud({ database })
  expect((await operator(third).cells.list()).map(({ name }) => name).toSorted()).toEqual(['cell0', 'cell1', 'west'])
  expect(await tenant(third).servers.get(server.id)).toMatchObject({ status: 'ACTIVE' })
})
