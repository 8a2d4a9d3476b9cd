import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { createAgent, createCloud, defaultPolicy, inProcess, type AgentOptions, type CloudOptions } from 'novakit'
import { fakeDriver, type FakeDriverOptions } from '@novakit/driver-fake'
import { errorOf } from '../support/error-of.ts'
import { openCloud } from '../support/open-cloud.ts'
import { tempFolder } from '../support/temp-folder.ts'

const driver = fakeDriver()

/** What is wrong with the options, and what the message must say of it. */
const wrong: readonly (readonly [what: string, options: unknown, says: RegExp])[] = [
  ['an option that does not exist', { databse: ':memory:' }, /there is no option "databse"/],
  ['three options that do not exist', { a: 1, b: 2, c: 3 }, /no option "a", "b", "c"/],
  ['hosts together with cells', { hosts: { n1: driver }, cells: { west: {} } }, /hosts and cells: put the hosts into/],
  ['a driver that is no driver', { hosts: { n1: {} } }, /hosts\.n1 must be a hypervisor driver .* fakeDriver/],
  ['a factory that was not called', { hosts: { n1: fakeDriver } }, /hosts\.n1 must be a hypervisor driver/],
  ['a driver of another age', { hosts: { n1: { ...driver, apiVersion: 2 } } }, /hosts\.n1 must be .* apiVersion 1/],
  ['no driver at all', { hosts: { n1: undefined } }, /hosts\.n1/],
  ['a host name with a space', { hosts: { 'n 1': driver } }, /hosts\.n 1 .*without spaces and slashes/],
  ['a host name without letters', { hosts: { '': driver } }, /hosts.*without spaces and slashes/],
  ['a list of hosts', { hosts: [driver] }, /hosts must be an object/],
  [
    'one host in two cells',
    { cells: { a: { hosts: { n1: driver } }, b: { hosts: { n1: driver } } } },
    /cells have the host n1 in two cells/,
  ],
  ['hosts in cell0', { cells: { cell0: { hosts: { n1: driver } } } }, /cell0 .*no hosts/],
  ['a cell whose name is blank', { cells: { ' ': {} } }, /cells\./],
  ['a cell whose name has control characters', { cells: { 'a\nb': {} } }, /cells\.a\?b/],
  ['an option of a cell that does not exist', { cells: { a: { host: {} } } }, /cells\.a has no option "host"/],
  ['a database that is a number', { database: 7 }, /database must be/],
  ['a database without a name', { database: '' }, /database must/],
  ['a storage driver that cannot be opened', { database: {} }, /database must be .*storage driver such as/],
  ['a transport that does nothing', { transport: {} }, /transport must have listen, request, close/],
  ['a policy that is a function', { policy: () => true }, /policy must/],
  ['a scheduler without decisions', { scheduler: { name: 'x' } }, /scheduler must have/],
  ['a clock that stands', { clock: {} }, /clock must have now, sleep, after/],
  ['a log that is a function', { log: console.log }, /log must/],
  ['a role that does not exist', { roles: ['apy'] }, /roles\.0 must be one of api, conductor/],
  ['no attempts', { maxAttempts: 0 }, /maxAttempts must be at least 1/],
  ['half an attempt', { maxAttempts: 1.5 }, /maxAttempts must be a whole number/],
  ['a span that is negative', { timing: { leaseFor: -1 } }, /timing\.leaseFor must be/],
  ['a span that is no number', { timing: { leaseFor: Number.NaN } }, /timing\.leaseFor must be/],
  ['a span that does not exist', { timing: { leaseForr: 1 } }, /timing has no option "leaseForr"/],
  ['something else than options', 'cloud.db', /it must be an object/],
  ['null', null, /it must be an object/],
]

describe('createCloud', () => {
  test.for(wrong)('refuses %s, and says which option it is', async ([, options, says]) => {
    const error = await errorOf(createCloud(options as CloudOptions))
    expect(error).toMatchObject({ code: 'cloud.invalid_options', kind: 'invalid', help: 'never' })
    expect(error.message).toMatch(/^The options of the cloud are not valid: /)
    expect(error.message).toMatch(says)
    expect(error.message.length).toBeLessThan(400)
  })

  test('leaves nothing behind on the disk when it refuses', async () => {
    const folder = await tempFolder()
    await errorOf(createCloud({ database: path.join(folder, 'cloud.db'), maxAttempts: 0 }))
    expect(await readdir(folder)).toEqual([])
  })

  test('does not notice when its options are changed afterwards', async () => {
    const hosts: Record<string, typeof driver> = { n1: fakeDriver() }
    const cloud = await openCloud({ hosts })
    hosts['n2'] = fakeDriver()
    await cloud.start()
    const admin = cloud.as({ project: 'p', user: 'u', roles: ['admin'] })
    expect((await admin.hosts.list()).hosts.map(({ name }) => name)).toEqual(['n1'])
  })

  test('seeds its flavors whatever its policy allows', async () => {
    const cloud = await openCloud({ policy: { allows: (_rule, { roles }) => roles.includes('root') } })
    const root = cloud.as({ project: 'p', user: 'u', roles: ['root'] })
    expect((await root.flavors.list()).map(({ name }) => name)).toContain('m1.tiny')
    const admin = cloud.as({ project: 'p', user: 'u', roles: ['admin'] })
    expect(await errorOf(admin.flavors.list())).toMatchObject({ code: 'policy.forbidden' })
  })
})

const agent = { host: 'n1', driver, transport: inProcess(), stateFolder: '.' }

describe('createAgent', () => {
  test.for<readonly [string, unknown, RegExp]>([
    ['an option that does not exist', { ...agent, hots: 'n1' }, /there is no option "hots"/],
    ['no host', { ...agent, host: undefined }, /host is missing/],
    ['a host name with a slash', { ...agent, host: 'a/b' }, /host must be a host name/],
    ['a driver that is no driver', { ...agent, driver: {} }, /driver must be a hypervisor driver/],
    ['a transport that does nothing', { ...agent, transport: {} }, /transport must have listen/],
    ['a span that does not exist', { ...agent, timing: { often: 1 } }, /timing has no option "often"/],
  ])('refuses %s', async ([, options, says]) => {
    const error = await errorOf(createAgent(options as AgentOptions))
    expect(error.code).toBe('cloud.invalid_options')
    expect(error.message).toMatch(says)
  })
})

describe('fakeDriver', () => {
  test.for<readonly [string, unknown, RegExp]>([
    ['a negative number of CPUs', { vcpus: -1 }, /vcpus/],
    ['a negative amount of memory', { memory: -1 }, /memory/],
    ['a negative disk', { disk: -5 }, /disk/],
    ['half a CPU', { vcpus: 0.5 }, /vcpus/],
    ['memory without end', { memory: Number.POSITIVE_INFINITY }, /memory/],
    ['a knob that does not exist', { latancy: 5 }, /latancy/],
  ])('refuses %s', async ([, options, says]) => {
    const error = await errorOf(Promise.resolve().then(() => fakeDriver(options as FakeDriverOptions)))
    expect(error).toMatchObject({ code: 'fake.invalid_options', kind: 'invalid' })
    expect(error.message).toMatch(says)
  })
})

describe('cloud.as', () => {
  test.for<readonly [string, unknown, RegExp]>([
    ['no project', { user: 'u', roles: [] }, /project is missing/],
    ['an empty user', { project: 'p', user: '', roles: [] }, /user must have 1 to 255/],
    ['roles that are no list', { project: 'p', user: 'u', roles: 'admin' }, /roles must be a list/],
    ['a scope that nobody gave', { project: 'p', user: 'u', roles: [], systemScope: 'all' }, /no option "systemScope"/],
  ])('refuses %s', async ([, caller, says]) => {
    const cloud = await openCloud()
    const error = await errorOf(Promise.resolve().then(() => cloud.as(caller as Parameters<typeof cloud.as>[0])))
    expect(error.code).toBe('context.invalid')
    expect(error.message).toMatch(says)
  })

  test('whoever has no role that a rule knows may do nothing that is anybody’s', async () => {
    const cloud = await openCloud()
    const stranger = cloud.as({ project: 'p', user: 'u', roles: ['wizard'] })
    const calls = [
      stranger.servers.list(),
      stranger.servers.create({ name: 'x', flavor: 'm1.tiny', image: 'cirros' }),
      stranger.hosts.list(),
      stranger.quotas.get('p'),
      stranger.serverGroups.create({ name: 'g', policy: 'affinity' }),
    ]
    const codes = await Promise.all(calls.map(async (call) => (await errorOf(call)).code))
    expect(new Set(codes)).toEqual(new Set(['policy.forbidden']))
  })

  test('a policy for rules that nobody asks is refused', () => {
    expect(() => defaultPolicy({ 'servers:destroy': 'admin' } as never)).toThrow(/no policy rule servers:destroy/)
  })
})
