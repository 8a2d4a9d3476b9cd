import path from 'node:path'
import { expect, test } from 'vitest'
import type { Envelope, HypervisorDriver, Transport } from 'novakit'
import { inProcess, manualClock, millis } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, openCloud, operator, startCloud, tenant } from '../support/open-cloud.ts'
import { codeOf, errorOf } from '../support/error-of.ts'
import { runScript } from '../support/run-script.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Counts how often it was opened. */
function counting(driver: HypervisorDriver): HypervisorDriver & { readonly opened: number } {
  let opened = 0
  return {
    ...driver,
    open: (environment) => {
      opened++
      return driver.open(environment)
    },
    get opened() {
      return opened
    },
  }
}

/** Keeps what passes through it. */
function recording(): Transport & { readonly sent: readonly Envelope[]; readonly listened: readonly string[] } {
  const inner = inProcess()
  const sent: Envelope[] = []
  const listened: string[] = []
  return {
    ...inner,
    sent,
    listened,
    listen: (address, handle) => {
      listened.push(address)
      return inner.listen(address, handle)
    },
    request: (address, envelope) => {
      sent.push(envelope)
      return inner.request(address, envelope)
    },
  }
}

test('nothing runs before start: no driver is opened, nobody listens, no time is waited for, and no server moves', async () => {
  const clock = manualClock()
  const driver = counting(fakeDriver(node))
  const transport = recording()
  const cloud = await openCloud({ clock, transport, hosts: { n1: driver } })
  const server = await create(tenant(cloud))
  await clock.advance(millis(3_600_000))
  expect(await tenant(cloud).servers.get(server.id)).toMatchObject({ status: 'BUILD', taskState: 'scheduling' })
  expect({ opened: driver.opened, listened: transport.listened, waiting: clock.waiting }).toEqual({
    opened: 0,
    listened: [],
    waiting: 0,
  })
  expect(transport.sent.map(({ method }) => method)).toEqual(['wake.wake'])
})

test('servers that were accepted before start are built after it', async () => {
  const world = fakeWorld()
  const cloud = await openCloud({ hosts: { n1: fakeDriver({ ...node, world }) } })
  const verbs = tenant(cloud)
  const servers = await verbs.servers.create({ name: 'early', flavor: 'm1.tiny', image: 'cirros', count: 3 })
  expect(servers.map(({ status }) => status)).toEqual(['BUILD', 'BUILD', 'BUILD'])
  await cloud.start()
  for (const { id } of servers) expect(await verbs.servers.until(id, 'active')).toMatchObject({ status: 'ACTIVE' })
  await becomesQuiet(cloud, world)
})

test('a cloud that was stopped in the middle of its work goes on at the next start', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const hosts = { n1: fakeDriver({ ...node, world, latency: { spawn: 200 } }) }
  const first = await startCloud({ database, hosts })
  const servers = await tenant(first).servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros', count: 5 })
  await expect.poll(() => world.calls().filter(({ name }) => name === 'spawn').length).toBe(5)
  await first.stop()
  const second = await startCloud({ database, hosts })
  for (const { id } of servers) await tenant(second).servers.until(id, 'active')
  await becomesQuiet(second, world)
})

test('start and stop may be called again and again, and at the same time', async () => {
  const driver = counting(fakeDriver(node))
  const cloud = await openCloud({ hosts: { n1: driver } })
  await Promise.all([cloud.start(), cloud.start()])
  expect((await operator(cloud).hosts.list()).hosts).toMatchObject([{ name: 'n1', up: true, mapped: true }])
  await cloud.start()
  expect(driver.opened).toBe(1)
  await boot(tenant(cloud))
  await Promise.all([cloud.stop(), cloud.stop()])
  await cloud.stop()
})

test('start resolves for everybody when the hosts are known, and not before', async () => {
  const cloud = await openCloud({ hosts: { n1: fakeDriver({ ...node, latency: { inventory: 100 } }) } })
  const early = cloud.start()
  await cloud.start()
  expect((await operator(cloud).hosts.list()).hosts).toMatchObject([{ name: 'n1', up: true, mapped: true }])
  await early
})

test('a cloud can be stopped while it starts', async () => {
  const cloud = await openCloud({ hosts: { n1: fakeDriver({ ...node, latency: { open: 50, inventory: 50 } }) } })
  const starting = cloud.start().catch((error: unknown) => error)
  await cloud.stop()
  await starting
  expect(await codeOf(tenant(cloud).servers.get('x'))).toBe('storage.closed')
})

test('a start that fails says why, every time, and the cloud can still be stopped', async () => {
  const broken: HypervisorDriver = { name: 'broken', apiVersion: 1, open: () => Promise.reject(new Error('no socket')) }
  const cloud = await openCloud({ hosts: { n1: fakeDriver(node), n2: broken } })
  await expect(cloud.start()).rejects.toThrow('no socket')
  await expect(cloud.start()).rejects.toThrow('no socket')
  await cloud.stop()
})

test('a cloud that was stopped refuses every verb with a code that says so', async () => {
  const cloud = await startCloud({ hosts: { n1: fakeDriver(node) } })
  const { id } = await boot(tenant(cloud))
  await cloud.stop()
  const { servers, flavors, hosts, quotas, zones, cells, keyPairs, serverGroups, aggregates } = operator(cloud)
  const calls: readonly Promise<unknown>[] = [
    servers.create({ name: 'late', flavor: 'm1.tiny', image: 'cirros' }),
    servers.get(id),
    servers.list(),
    servers.delete(id),
    servers.until(id, 'active'),
    servers.actions(id),
    flavors.list(),
    hosts.list(),
    hosts.get('n1'),
    hosts.disable('n1'),
    quotas.get('demo'),
    zones.list(),
    cells.list(),
    cells.create('more'),
    keyPairs.list(),
    serverGroups.list(),
    aggregates.list(),
  ]
  const errors = await Promise.all(calls.map(errorOf))
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['storage.closed']))
  expect(errors[0]).toMatchObject({ kind: 'unavailable', message: 'The database is closed.' })
  expect((await errorOf(cloud.start())).code).toMatch(/^(storage|transport)\.closed$/)
})

test.for([
  ['in memory', `':memory:'`],
  ['on a file', `path.join(folder, 'cloud.db')`],
])('a process whose cloud %s was stopped has nothing to wait for', async ([, database]) => {
  const script = `
    import { mkdtempSync, rmSync } from 'node:fs'
    import os from 'node:os'
    import path from 'node:path'
    import { createCloud } from 'novakit'
    import { fakeDriver } from '@novakit/driver-fake'
    const folder = mkdtempSync(path.join(os.tmpdir(), 'cloud-'))
    const never = await createCloud({ database: ${database}, hosts: { n1: fakeDriver() } })
    await never.stop()
    const cloud = await createCloud({ database: ${database}, hosts: { n1: fakeDriver({ latency: { spawn: 50 } }) } })
    await cloud.start()
    const ctx = cloud.as({ project: 'demo', user: 'me', roles: ['member'] })
    const [one, two] = await ctx.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros', count: 2 })
    await ctx.servers.until(one.id, 'active')
    await ctx.servers.create({ name: 'unfinished', flavor: 'm1.tiny', image: 'cirros' })
    await cloud.stop()
    rmSync(folder, { recursive: true })
    const stopped = performance.now()
    await new Promise((resolve) => setImmediate(resolve))
    console.log(JSON.stringify(process.getActiveResourcesInfo().filter((name) => !name.endsWith('Wrap'))))
    process.on('exit', () => console.log(performance.now() - stopped < 1000 ? 'at once' : 'late'))`
  const { code, stdout, stderr } = await runScript(script)
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '[]\nat once\n', stderr: '' })
})
