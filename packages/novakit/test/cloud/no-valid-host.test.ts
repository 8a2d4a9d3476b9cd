import { expect, test } from 'vitest'
import type { Explanation, Server, Verbs } from 'novakit'
import { CELL0, gib, manualClock, minutes, NovakitError, seconds } from 'novakit'
import { fakeDriver, fakeWorld, times, type Fault } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, openCloud, operator, startCloud, tenant, tiny, unlimited } from '../support/open-cloud.ts'
import { errorOf } from '../support/error-of.ts'
import { calm, letPass } from '../support/let-pass.ts'

/** How a server that does not become active ends, for its owner and for the operator. */
async function failureOf(verbs: Verbs, admin: Verbs, server: Server): Promise<{ owner: Server; seen: Server }> {
  expect(await errorOf(verbs.servers.until(server.id, 'active'))).toMatchObject({ code: 'server.ended_otherwise' })
  return { owner: await verbs.servers.get(server.id), seen: await admin.servers.get(server.id) }
}

test('a server that fits nowhere rests in cell0 in error: its owner reads a summary, the operator every reason', async () => {
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const cloud = await startCloud({ hosts: { 'secret-host-1': driver, 'secret-host-2': driver } })
  await unlimited(cloud)
  await operator(cloud).flavors.create({ name: 'whale', vcpus: 1, memory: 1_048_576, disk: 1 })
  const server = await create(tenant(cloud), { name: 'moby', flavor: 'whale' })
  const { owner, seen } = await failureOf(tenant(cloud), operator(cloud), server)

  expect(owner).toMatchObject({ status: 'ERROR', fault: { code: 'server.no_valid_host', help: 'later' } })
  expect(owner.fault?.message).toMatch(/^No valid host was found\. .*MEMORY_MB.*1048576/)
  expect(owner.fault?.detail).toBeUndefined()
  expect(owner.placement).toBeUndefined()
  expect(JSON.stringify(owner)).not.toContain('secret-host')
  expect(JSON.stringify(await tenant(cloud).servers.list())).not.toContain('secret-host')
  expect(JSON.stringify(await tenant(cloud).servers.actions(server.id))).not.toContain('secret-host')

  const explanation = seen.fault?.detail as Explanation
  expect(seen.placement).toMatchObject({ cell: CELL0, host: null })
  expect(explanation.stages.map(({ name }) => name)).toContain('Placement')
  expect(JSON.stringify(explanation)).toContain('secret-host-1')
  expect(await tenant(cloud).servers.actions(server.id)).toMatchObject([{ action: 'create', result: 'error' }])

  await becomesQuiet(cloud, world)
  await tenant(cloud).servers.delete(server.id)
  await tenant(cloud).servers.until(server.id, 'deleted')
  await becomesQuiet(cloud, world)
  expect((await operator(cloud).quotas.get('demo')).filter(({ used }) => used > 0)).toEqual([])
})

test('room that a deleted server gives back is there for the next one at once', async () => {
  const world = fakeWorld()
  const cloud = await startCloud({ hosts: { h1: fakeDriver({ vcpus: 16, memory: gib(1), disk: gib(100), world }) } })
  const verbs = tenant(cloud)
  const gone = async ({ id }: Server): Promise<void> => {
    await verbs.servers.delete(id)
    await verbs.servers.until(id, 'deleted')
  }
  let [first, second] = [await boot(verbs), await boot(verbs)]
  for (let round = 0; round < 3; round++) {
    const third = await create(verbs, { name: 'one too many' })
    expect((await failureOf(verbs, operator(cloud), third)).owner.fault?.code).toBe('server.no_valid_host')
    await gone(third)
    await gone(first)
    ;[first, second] = [second, await boot(verbs)]
  }
  await becomesQuiet(cloud, world)
  expect(world.guests()).toHaveLength(2)
})

const elsewhere: Fault = { kind: 'error', at: 'define' }

test('a host whose spawn fails gives way to the next, and nothing is left on it', async () => {
  const world = fakeWorld()
  const bad = fakeDriver({ ...node, world, faults: { spawn: elsewhere } })
  const good = fakeDriver({ ...node, world })
  const cloud = await startCloud({ hosts: { bad1: bad, bad2: bad, good } })
  for (let index = 0; index < 6; index++) {
    const { id } = await boot(tenant(cloud))
    expect((await operator(cloud).servers.get(id)).placement).toMatchObject({ host: 'good' })
  }
  await becomesQuiet(cloud, world)
  expect(world.calls().filter(({ name, outcome }) => name === 'spawn' && outcome === 'failed').length).toBeGreaterThan(
    0,
  )
  expect(world.guests().every(({ host }) => host === 'good')).toBe(true)
})

test.for<readonly [string, Fault]>([
  ['throws what is no error of ours', { kind: 'error', thrown: new TypeError('libvirt says no') }],
  ['does its work and then fails', { kind: 'error-after-effect' }],
  ['has its effect after it has failed', { kind: 'late-effect', after: 30 }],
  ['says that it did it and did nothing', { kind: 'no-effect' }],
])('a host whose driver %s gives way too, and nothing is left on it', async ([, fault]) => {
  const world = fakeWorld()
  const bad = fakeDriver({ ...node, world, faults: { spawn: times(3, fault) } })
  const good = fakeDriver({ ...node, world })
  const cloud = await startCloud({ hosts: { bad, good } })
  const servers = await tenant(cloud).servers.create({ ...tiny, count: 4 })
  for (const { id } of servers) await tenant(cloud).servers.until(id, 'active')
  await becomesQuiet(cloud, world)
  expect(world.guests()).toHaveLength(4)
})

test('a failure that no other host would cure is not tried elsewhere, and its reason is shown', async () => {
  const world = fakeWorld()
  const thrown = new NovakitError({
    code: 'image.refused',
    kind: 'invalid',
    help: 'never',
    message: 'Image cirros is refused: its header lies.',
    detail: 'offset 512',
  })
  const driver = fakeDriver({ ...node, world, faults: { spawn: { kind: 'error', thrown } } })
  const cloud = await startCloud({ hosts: { h1: driver, h2: driver, h3: driver } })
  const server = await create(tenant(cloud))
  const { owner, seen } = await failureOf(tenant(cloud), operator(cloud), server)
  expect(owner.fault).toMatchObject({ code: 'image.refused', message: 'Image cirros is refused: its header lies.' })
  expect(owner.fault?.detail).toBeUndefined()
  expect(seen.fault?.detail).toBe('offset 512')
  expect(world.calls().filter(({ name }) => name === 'spawn')).toHaveLength(1)
  await becomesQuiet(cloud, world)
  expect(world.guests()).toEqual([])
})

test.for([
  [3, 3],
  [5, 5],
  [9, 6],
])(
  'when every host fails, %d attempts at most are made on six hosts, and then the server says so',
  async ([most, made]) => {
    const world = fakeWorld()
    const driver = fakeDriver({ ...node, world, faults: { spawn: elsewhere } })
    const hosts = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`h${index}`, driver]))
    const cloud = await startCloud({ hosts, maxAttempts: most! })
    const server = await create(tenant(cloud))
    const { owner, seen } = await failureOf(tenant(cloud), operator(cloud), server)
    expect(owner.fault).toMatchObject({
      code: 'server.build_failed',
      message: `The server could not be built; ${made} attempts were made.`,
    })
    expect(owner.fault?.detail).toBeUndefined()
    const failures = seen.fault?.detail as readonly { host: string; attempt: number }[]
    expect(new Set(failures.map(({ host }) => host)).size).toBe(made)
    expect(failures.map(({ attempt }) => attempt)).toEqual(Array.from({ length: made! }, (_, index) => index + 1))
    await becomesQuiet(cloud, world)
    expect(world.guests()).toEqual([])
    await tenant(cloud).servers.delete(server.id)
    await tenant(cloud).servers.until(server.id, 'deleted')
    await becomesQuiet(cloud, world)
  },
)

test('alternates that filled up meanwhile are passed over for a host that has room', async () => {
  const world = fakeWorld()
  const small = fakeDriver({ vcpus: 16, memory: gib(1), disk: gib(100), world })
  // The largest host is the first choice.
  const bad = fakeDriver({ ...node, world, faults: { spawn: elsewhere }, latency: { spawn: 300 } })
  const cloud = await startCloud({ hosts: { bad, h2: small, h3: small, h4: small } })
  await unlimited(cloud)
  await operator(cloud).hosts.disable('h4')
  await operator(cloud).flavors.create({ name: 'all', vcpus: 1, memory: 1024, disk: 1 })
  const unlucky = await create(tenant(cloud), { name: 'unlucky', flavor: 'all' })
  await expect.poll(() => world.calls().some(({ name, host }) => name === 'spawn' && host === 'bad')).toBe(true)
  await Promise.all(['h2', 'h3'].map((host) => boot(operator(cloud), { host, flavor: 'all' })))
  await operator(cloud).hosts.enable('h4')
  expect(await tenant(cloud).servers.until(unlucky.id, 'active')).toMatchObject({ status: 'ACTIVE' })
  expect((await operator(cloud).servers.get(unlucky.id)).placement?.host).toBe('h4')
  await becomesQuiet(cloud, world)
})

test('a host whose driver hangs is left at the deadline, and the server is built elsewhere', async () => {
  const clock = manualClock()
  const world = fakeWorld()
  const hanging = fakeDriver({ ...node, world, faults: { spawn: { kind: 'hang', at: 'start' } } })
  const cloud = await openCloud({
    clock,
    hosts: { stuck: hanging, good: fakeDriver({ ...node, world }) },
    timing: calm,
  })
  await letPass(clock, cloud.start())
  await operator(cloud).hosts.disable('good')
  const server = await create(tenant(cloud))
  const begun = clock.now()
  await clock.advance(seconds(60))
  await operator(cloud).hosts.enable('good')
  expect(await letPass(clock, tenant(cloud).servers.until(server.id, 'active', { timeout: 3_600_000 }))).toMatchObject({
    status: 'ACTIVE',
  })
  expect(clock.now() - begun).toBeGreaterThanOrEqual(minutes(10))
  expect(clock.now() - begun).toBeLessThan(minutes(12))
  expect((await operator(cloud).servers.get(server.id)).placement).toMatchObject({ host: 'good', epoch: 2 })
  expect(world.guests().map(({ host }) => host)).toEqual(['good'])
  expect(world.violations()).toEqual([])
})

test('a server is deleted while its host hangs, at once', async () => {
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world, faults: { spawn: { kind: 'hang', at: 'define' } } })
  const cloud = await startCloud({ hosts: { stuck: driver } })
  const server = await create(tenant(cloud))
  await expect.poll(() => world.waiting().length).toBe(1)
  await tenant(cloud).servers.delete(server.id)
  await tenant(cloud).servers.until(server.id, 'deleted', { timeout: 5000 })
  await becomesQuiet(cloud, world)
  expect(world.guests()).toEqual([])
})

test('a destroy that fails is tried again until it succeeds', async () => {
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world, faults: { destroy: times(2, { kind: 'error', at: 'undefine' }) } })
  const cloud = await startCloud({ hosts: { h1: driver } })
  const { id } = await boot(tenant(cloud))
  await tenant(cloud).servers.delete(id)
  await tenant(cloud).servers.until(id, 'deleted', { timeout: 10_000 })
  await becomesQuiet(cloud, world)
  expect(world.guests()).toEqual([])
})
