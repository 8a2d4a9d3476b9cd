import {
  maxCoresFilter,
  aggregateCoreFilter,
  aggregateDiskFilter,
  aggregateIoOpsFilter,
  aggregateNumInstancesFilter,
  aggregateRamFilter,
  coreFilter,
  diskFilter,
  exactCoreFilter,
  exactDiskFilter,
  exactRamFilter,
  ioOpsFilter,
  metricsFilter,
  numInstancesFilter,
  ramFilter,
  typeAffinityFilter,
} from '@novakit/scheduler'
import { aggregate, describeFilter, flavor, host, provider, request } from '@novakit/scheduler/testing'

const asks = (options: Parameters<typeof flavor>[0]) => request({ flavor: flavor(options) })
const inOne = (metadata: Record<string, string>, two: Record<string, string> = {}) => ({
  aggregates: [aggregate('one', { metadata }), aggregate('two', { metadata: two })],
})

describeFilter(ramFilter, {
  'takes a host with just enough': {
    host: host('subject', { memory: 4096, used: { memory: 3072 } }),
    request: asks({ memory: 1024 }),
    answers: 'yes',
  },
  'says by how much a host falls short': {
    host: host('subject', { memory: 4096, used: { memory: 3072 }, reserved: { memory: 512 } }),
    request: asks({ memory: 1024 }),
    answers: 'host.memory',
    shortBy: 512,
  },
  'counts overcommit, on what is reserved as well': {
    // 1.5 × 4096 - (512 + 4096) = 1536
    host: host('subject', { memory: 4096, used: { memory: 4096 }, reserved: { memory: 512 }, ratios: { memory: 1.5 } }),
    request: asks({ memory: 1536 }),
    answers: 'yes',
  },
  'lets no server overcommit against itself': {
    host: host('subject', { memory: 4096, ratios: { memory: 4 } }),
    request: asks({ memory: 4097 }),
    answers: 'host.memory',
    shortBy: 1,
  },
  'adds up what the child providers have': {
    host: host('subject', {
      memory: 0,
      children: ['numa0', 'numa1'].map((name) => provider(name, { inventories: { MEMORY_MB: { total: 512 } } })),
    }),
    request: asks({ memory: 1024 }),
    answers: 'yes',
  },
})

describeFilter(aggregateRamFilter, {
  'takes the ratio of the aggregate': {
    ...inOne({ ram_allocation_ratio: '2.0' }),
    host: host('subject', { memory: 1024, used: { memory: 1024 }, aggregates: ['one'] }),
    request: asks({ memory: 1024 }),
    answers: 'yes',
  },
  'takes the least of several': {
    ...inOne({ ram_allocation_ratio: '2.0' }, { ram_allocation_ratio: '1.5' }),
    host: host('subject', { memory: 1024, used: { memory: 1024 }, aggregates: ['one', 'two'] }),
    request: asks({ memory: 1024 }),
    answers: 'host.memory',
    shortBy: 512,
  },
  'keeps to the host’s ratio where the aggregate’s is no number': {
    ...inOne({ ram_allocation_ratio: 'much' }),
    host: host('subject', { memory: 1024, used: { memory: 1024 }, aggregates: ['one'] }),
    request: asks({ memory: 1 }),
    answers: 'host.memory',
  },
})

describeFilter(coreFilter, {
  'counts overcommit': {
    host: host('subject', { vcpus: 4, used: { vcpus: 7 }, ratios: { vcpus: 2 } }),
    request: asks({ vcpus: 1 }),
    answers: 'yes',
  },
  'turns a full host away': {
    host: host('subject', { vcpus: 4, used: { vcpus: 8 }, ratios: { vcpus: 2 } }),
    request: asks({ vcpus: 1 }),
    answers: 'host.vcpus',
    shortBy: 1,
  },
  'lets no server overcommit against itself': {
    host: host('subject', { vcpus: 4, ratios: { vcpus: 16 } }),
    request: asks({ vcpus: 5 }),
    answers: 'host.vcpus',
  },
  'takes a host that reports no processors': {
    host: host('subject', { vcpus: 0 }),
    request: asks({ vcpus: 5 }),
    answers: 'yes',
  },
  'counts pinned processors beside floating ones': {
    host: host('subject', { vcpus: 2, inventories: { PCPU: { total: 2, used: 1 } } }),
    request: asks({ vcpus: 3 }),
    answers: 'yes',
  },
})

describeFilter(aggregateCoreFilter, {
  'takes the ratio of the aggregate': {
    ...inOne({ cpu_allocation_ratio: '3' }),
    host: host('subject', { vcpus: 4, used: { vcpus: 8 }, aggregates: ['one'] }),
    request: asks({ vcpus: 4 }),
    answers: 'yes',
  },
})

describeFilter(diskFilter, {
  'adds root, ephemeral and swap': {
    host: host('subject', { disk: 30 }),
    request: asks({ disk: 10, ephemeral: 18, swap: 2048 }),
    answers: 'yes',
  },
  'counts swap to the MiB': {
    host: host('subject', { disk: 10 }),
    request: asks({ disk: 10, swap: 512 }),
    answers: 'host.disk',
    shortBy: 0.5,
  },
  'leaves the root disk out that is a volume': {
    host: host('subject', { disk: 0 }),
    request: request({ flavor: flavor({ disk: 10 }), bootFromVolume: true }),
    answers: 'yes',
  },
})

describeFilter(aggregateDiskFilter, {
  'takes the ratio of the aggregate': {
    ...inOne({ disk_allocation_ratio: '1.5' }),
    host: host('subject', { disk: 20, used: { disk: 20 }, aggregates: ['one'] }),
    request: asks({ disk: 10 }),
    answers: 'yes',
  },
})

describeFilter(exactRamFilter, {
  'takes a host with exactly that much left': {
    host: host('subject', { memory: 4096, used: { memory: 1024 } }),
    request: asks({ memory: 3072 }),
    answers: 'yes',
  },
  'turns a host with more away': { request: asks({ memory: 3072 }), answers: 'host.memory' },
})

describeFilter(exactCoreFilter, {
  'takes a host with exactly that many': { request: asks({ vcpus: 16 }), answers: 'yes' },
  'turns a host away that reports no processors': {
    host: host('subject', { vcpus: 0 }),
    request: asks({ vcpus: 1 }),
    answers: 'host.vcpus',
  },
})

describeFilter(exactDiskFilter, {
  'takes a host with exactly that much': { request: asks({ disk: 1000 }), answers: 'yes' },
  'turns a host with more away': { request: asks({ disk: 999 }), answers: 'host.disk' },
})

describeFilter(numInstancesFilter({ maxInstancesPerHost: 2 }), {
  'takes a host below the limit': { host: host('subject', { servers: ['a'] }), answers: 'yes' },
  'turns a host at the limit away': {
    host: host('subject', { servers: ['a', 'b'] }),
    answers: 'host.too_many_servers',
  },
})

describeFilter(aggregateNumInstancesFilter({ maxInstancesPerHost: 2 }), {
  'takes the least limit of the aggregates': {
    ...inOne({ max_instances_per_host: '9' }, { max_instances_per_host: '1' }),
    host: host('subject', { servers: ['a'], aggregates: ['one', 'two'] }),
    answers: 'host.too_many_servers',
  },
  'keeps to its own limit where the aggregate’s is no whole number': {
    ...inOne({ max_instances_per_host: 'many' }),
    host: host('subject', { servers: ['a'], aggregates: ['one'] }),
    answers: 'yes',
  },
})

describeFilter(ioOpsFilter({ maxIoOpsPerHost: 8 }), {
  'takes a host below the limit': { host: host('subject', { stats: { ioOps: 7 } }), answers: 'yes' },
  'turns a host at the limit away': { host: host('subject', { stats: { ioOps: 8 } }), answers: 'host.too_much_io' },
})

describeFilter(aggregateIoOpsFilter(), {
  'takes the limit of the aggregate': {
    ...inOne({ max_io_ops_per_host: '3' }),
    host: host('subject', { stats: { ioOps: 3 }, aggregates: ['one'] }),
    answers: 'host.too_much_io',
  },
  'falls back on Nova’s 8': { host: host('subject', { stats: { ioOps: 7 } }), answers: 'yes' },
})

describeFilter(metricsFilter({ metrics: ['cpu.percent', 'cpu.idle'] }), {
  'takes a host that reports them all': {
    host: host('subject', { stats: { metrics: { 'cpu.percent': 0, 'cpu.idle': 1, more: 2 } } }),
    answers: 'yes',
  },
  'turns a host away that lacks one': {
    host: host('subject', { stats: { metrics: { 'cpu.percent': 0 } } }),
    answers: 'host.metrics',
  },
})

describeFilter(typeAffinityFilter, {
  'takes an empty host': { answers: 'yes' },
  'takes a host with the same flavor alone': {
    host: host('subject', { servers: { a: { flavor: 'm1' }, b: { flavor: 'm1' } } }),
    answers: 'yes',
  },
  'turns a host with another flavor away': {
    host: host('subject', { servers: { a: { flavor: 'm1' }, b: { flavor: 'm2' } } }),
    answers: 'host.other_flavor',
  },
})

describeFilter(maxCoresFilter({ maxCores: 4 }), {
  'takes a host up to the limit': { host: host('subject', { used: { vcpus: 3 } }), answers: 'yes' },
  'turns a host away beyond it, however large it is': {
    host: host('subject', { vcpus: 64, used: { vcpus: 4 } }),
    answers: 'host.max_cores',
    shortBy: 1,
  },
})
