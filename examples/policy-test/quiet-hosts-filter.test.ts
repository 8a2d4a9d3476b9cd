import { describeFilter, expectPolicy, host, request, snapshot } from '@novakit/scheduler/testing'
import { test } from 'vitest'
import { quietHostsFilter } from './quiet-hosts-filter.ts'

const restless = host('a', { stats: { failedBuilds: 3 } })

// The filter alone: a table of cases. What every filter must hold to is checked along with them.
describeFilter(quietHostsFilter, {
  'takes a host that built all it was told to': { answers: 'yes' },
  'turns a host away on which builds failed': { host: restless, answers: 'host.restless' },
})

// The filter in a policy, beside Nova's own. A failure shows the seed and why each host was refused.
const policy = { filters: ['ComputeFilter', quietHostsFilter], weighers: ['RAMWeigher'] }

test('servers go to the quiet host, though the other has more memory', () => {
  const world = snapshot([restless, host('b', { memory: 8192 })])
  expectPolicy(policy, world)
    .toPlace(request({ servers: 2 }))
    .on('b')
})

test('a cloud without a quiet host refuses', () => {
  expectPolicy(policy, snapshot([restless]))
    .toRefuse(request())
    .at('QuietHostsFilter')
    .because('host.restless')
})
