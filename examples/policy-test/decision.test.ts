import { consume, filterScheduler } from '@novakit/scheduler'
import { flavor, host, request, snapshot } from '@novakit/scheduler/testing'
import { expect, test } from 'vitest'
import { quietHostsFilter } from './quiet-hosts-filter.ts'

// A decision is a function: snapshot, request and seed in; hosts, alternates and reasons out. No cloud is needed.

const scheduler = filterScheduler({ preset: 'pack', filters: ['ComputeFilter', quietHostsFilter] })

const world = snapshot([
  host('roomy', { vcpus: 64 }),
  host('snug', { vcpus: 4 }),
  host('restless', { vcpus: 4, stats: { failedBuilds: 1 } }),
])

test('the policy pack fills the smallest host first', () => {
  const decision = scheduler.decide(world, request({ flavor: flavor({ vcpus: 3 }) }), 'any seed')
  const [choice] = decision.choices
  expect(choice?.chosen.host).toBe('snug')
  expect(choice?.chosen.allocations).toEqual(new Map([['snug', { VCPU: 3, MEMORY_MB: 1024, DISK_GB: 10 }]]))
  expect(choice?.alternates.map(({ host: name }) => name)).toEqual(['roomy'])
})

test('what would come next can be asked without doing it', () => {
  const asked = request({ flavor: flavor({ vcpus: 3 }) })
  const [first] = scheduler.decide(world, asked, 'any seed').choices
  if (first === undefined) throw new Error('There is room.')
  const [second] = scheduler.decide(consume(world, asked, first.server, first.chosen), asked, 'any seed').choices
  expect(second?.chosen.host).toBe('roomy')
})

test('a refusal says what was short, and how close it came', () => {
  const decision = scheduler.decide(world, request({ flavor: flavor({ vcpus: 65 }) }), 'any seed')
  if (decision.kind === 'placed') throw new Error('There is no such host.')
  const { summary, stages } = decision.explanation
  expect(summary).toBe('Of the hosts that the rest of the request leaves, none has enough VCPU: 65 asked for.')
  expect(stages.at(-1)).toMatchObject({ name: 'Placement', closest: { host: 'roomy', reason: { shortBy: 1 } } })
})
