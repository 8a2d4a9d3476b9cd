import path from 'node:path'
import { expect, test } from 'vitest'
import type { CloudEvent } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, operator, startCloud, tenant } from '../support/open-cloud.ts'
import { codeOf } from '../support/error-of.ts'
import { tempFolder } from '../support/temp-folder.ts'

test.for([
  ['in memory', async () => [':memory:', ':memory:']],
  [
    'on files of one folder',
    async () => {
      const folder = await tempFolder()
      return ['one.db', 'two.db'].map((name) => path.join(folder, name))
    },
  ],
] as const)('two clouds %s in one process do not see each other', async ([, databases]) => {
  const [first, second] = await databases()
  const worlds = [fakeWorld(), fakeWorld()] as const
  const one = await startCloud({ database: first!, hosts: { n1: fakeDriver({ ...node, world: worlds[0] }) } })
  const two = await startCloud({ database: second!, hosts: { n1: fakeDriver({ ...node, world: worlds[1] }) } })
  const heard: CloudEvent[] = []
  two.events.on('*', (event) => void heard.push(event))

  await operator(one).flavors.create({ name: 'only-here', vcpus: 1, memory: 64, disk: 1 })
  const server = await boot(tenant(one), { flavor: 'only-here' })

  const elsewhere = operator(two)
  expect((await elsewhere.servers.list({ allProjects: true })).servers).toEqual([])
  expect(await codeOf(elsewhere.servers.get(server.id))).toBe('server.not_found')
  expect(await codeOf(elsewhere.flavors.get('only-here'))).toBe('flavor.not_found')
  expect((await elsewhere.quotas.get('demo')).filter(({ used }) => used > 0)).toEqual([])
  expect(worlds[1].guests()).toEqual([])
  await elsewhere.hosts.disable('n1', 'here only')
  expect(await operator(one).hosts.get('n1')).toMatchObject({ enabled: true, disabledReason: null })
  await two.stop()
  expect(await boot(tenant(one), { name: 'still' })).toMatchObject({ status: 'ACTIVE' })
  expect(heard).toEqual([])
  await becomesQuiet(one, worlds[0])
})

test('hosts that share a driver object but not a cloud do not mix', async () => {
  const driver = fakeDriver(node)
  const one = await startCloud({ hosts: { n1: driver } })
  const two = await startCloud({ hosts: { n2: driver } })
  const [first, second] = await Promise.all([boot(tenant(one)), boot(tenant(two))])
  expect(driver.world.guest(first.id)?.host).toBe('n1')
  expect(driver.world.guest(second.id)?.host).toBe('n2')
  expect(await create(tenant(one), { name: 'more' })).toMatchObject({ status: 'BUILD' })
})
