import { expect, test } from 'vitest'
import { fakeDriver } from '@novakit/driver-fake'
import { filterScheduler } from '@novakit/scheduler'
import { gib, seconds, type HypervisorDriver } from '@novakit/core'
import { nowAndThen, pick, simulate, stories, troubles, type Story, type Trouble } from '@novakit/sim'
import { quietHostsFilter } from '../policy-test/quiet-hosts-filter.ts'

// A whole cloud lives through whatever a seed has in store for it: with a policy of one's own …

const scheduler = filterScheduler({ filters: ['ComputeFilter', quietHostsFilter], weighers: ['RAMWeigher'] })

// … with people who do what one's own users do …

const nightlyBatch: Story = async (client) => {
  const servers = await client.create({ flavor: 'm1.tiny', image: 'cirros', count: 3 })
  await client.world.clock.sleep(seconds(3))
  for (const server of servers ?? []) await client.delete(server)
}

// … and with what goes wrong in one's own data centre.

const trippedFuse: Trouble = (mischief) =>
  nowAndThen(mischief, 2, 8, () => {
    const { world, random, happens } = mischief
    const host = pick(random, world.hosts)
    if (!happens(`a fuse of ${host.name} trips`)) return
    host.kill()
    world.clock.after(pick(random, [seconds(2), seconds(10)]), () => void host.start())
  })

test.for(['1', '2', '3'])('the policy keeps the cloud whole: seed %s', async (seed) => {
  const { findings, trace } = await simulate({
    seed,
    world: { scheduler },
    chaos: { ...troubles, trippedFuse },
    stories: { ...stories, nightlyBatch },
    invariants: {
      nobodyRunsOnAnUnknownHost: ({ instances }, { hosts }) =>
        instances
          .filter((row) => row.vm_state === 'active' && hosts.every(({ name }) => name !== row.host))
          .map((row) => `${row.id} is on ${row.host}`),
    },
  })
  expect(findings, trace.join('\n')).toEqual([])
})

test('a driver that only says that it has destroyed a guest is found out', async () => {
  const lazy = (driver: HypervisorDriver): HypervisorDriver => ({
    ...driver,
    open: async (environment) => ({ ...(await driver.open(environment)), destroy: async () => undefined }),
  })
  const { findings } = await simulate({
    seed: 'lazy',
    world: { driver: (_host, world) => lazy(fakeDriver({ world, vcpus: 4, memory: gib(8), disk: gib(100) })) },
    stories: { nightlyBatch },
    patience: seconds(30),
    plan: { troubles: [], span: 3000 },
  })
  expect(findings.join('\n')).toMatch(/not within 30 s/)
  expect(findings.join('\n')).toMatch(/server\.delete/)
})
