import {
  buildFailureWeigher,
  cpuWeigher,
  crossCellWeigher,
  diskWeigher,
  hypervisorVersionWeigher,
  imagePropertiesWeigher,
  ioOpsWeigher,
  metricsWeigher,
  numInstancesWeigher,
  ramWeigher,
  serverGroupAffinityRoomWeigher,
  serverGroupSoftAffinityWeigher,
  serverGroupSoftAntiAffinityWeigher,
  usedCoresWeigher,
} from '@novakit/scheduler'
import { aggregate, describeWeigher, flavor, group, host, image, request } from '@novakit/scheduler/testing'

describeWeigher(ramWeigher, {
  'scores free memory': { host: host('subject', { memory: 4096, used: { memory: 1000 } }), scores: 3096 },
  'counts what is reserved as used': {
    host: host('subject', { memory: 4096, reserved: { memory: 512 } }),
    scores: 3584,
  },
  'does not count overcommit, and so may fall below zero': {
    host: host('subject', { memory: 4096, used: { memory: 5000 }, ratios: { memory: 2 } }),
    scores: -904,
  },
})

describeWeigher(cpuWeigher, {
  'scores free processors with overcommit': {
    host: host('subject', { vcpus: 4, used: { vcpus: 6 }, ratios: { vcpus: 4 } }),
    scores: 10,
  },
  'takes what is reserved off once, not times the ratio': {
    host: host('subject', { vcpus: 4, reserved: { vcpus: 1 }, ratios: { vcpus: 4 } }),
    scores: 15,
  },
})

describeWeigher(diskWeigher, {
  'scores free disk in MiB': { host: host('subject', { disk: 100, used: { disk: 40 } }), scores: 60 * 1024 },
})

describeWeigher(ioOpsWeigher, {
  'scores operations under way': { host: host('subject', { stats: { ioOps: 3 } }), scores: 3 },
})

describeWeigher(numInstancesWeigher, {
  'scores servers': { host: host('subject', { servers: ['a', 'b'] }), scores: 2 },
})

describeWeigher(buildFailureWeigher, {
  'scores failed builds': { host: host('subject', { stats: { failedBuilds: 4 } }), scores: 4 },
})

describeWeigher(hypervisorVersionWeigher, {
  'scores the version': { host: host('subject', { hypervisor: { version: 6_002_000 } }), scores: 6_002_000 },
})

const twoMembers = host('subject', { servers: ['m1', 'x', 'm2'] })

describeWeigher(serverGroupSoftAffinityWeigher, {
  'scores members on the host': {
    host: twoMembers,
    request: request({ group: group('soft-affinity', { members: ['m1', 'm2', 'm3'] }) }),
    scores: 2,
  },
  'has no preference under another policy': {
    host: twoMembers,
    request: request({ group: group('affinity', { members: ['m1', 'm2'] }) }),
    scores: 0,
  },
  'has no preference without a group': { host: twoMembers, scores: 0 },
})

describeWeigher(serverGroupSoftAntiAffinityWeigher, {
  'scores members on the host, turned round': {
    host: twoMembers,
    request: request({ group: group('soft-anti-affinity', { members: ['m1', 'm2', 'm3'] }) }),
    scores: -2,
  },
  'scores an empty host 0': { request: request({ group: group('soft-anti-affinity') }), scores: 0 },
})

const racked = {
  host: host('subject', { aggregates: ['rack-1'], vcpus: 4 }),
  others: [
    host('neighbour', { aggregates: ['rack-1'], vcpus: 5, used: { vcpus: 1 } }),
    host('down', { aggregates: ['rack-1'], up: false }),
    host('full', { aggregates: ['rack-1'], memory: 512 }),
    host('other', { aggregates: ['rack-2'] }),
  ],
  aggregates: [aggregate('rack-1', { metadata: { rack: '1' } }), aggregate('rack-2', { metadata: { rack: '2' } })],
}
const pairs = flavor({ vcpus: 2 })

describeWeigher(serverGroupAffinityRoomWeigher, {
  'counts how many such servers all hosts of the rack have room for': {
    ...racked,
    request: request({ flavor: pairs, group: group('affinity', { level: 'rack' }) }),
    scores: 4,
  },
  'scores a host without a rack 0': {
    ...racked,
    host: host('subject'),
    request: request({ group: group('affinity', { level: 'rack' }) }),
    scores: 0,
  },
  'has no preference once a member has a place': {
    ...racked,
    request: request({ group: group('affinity', { level: 'rack', hosts: ['neighbour'] }) }),
    scores: 0,
  },
  'has no preference for groups that count by hosts': {
    ...racked,
    request: request({ group: group('affinity') }),
    scores: 0,
  },
})

describeWeigher(crossCellWeigher, {
  'prefers the own cell where the server may leave it': {
    request: request({ to: { cell: 'cell1', allowCrossCellMove: true } }),
    scores: 1,
  },
  'minds the others': { request: request({ to: { cell: 'cell2', allowCrossCellMove: true } }), scores: -1 },
  'has no preference where the server may not leave': { request: request({ to: { cell: 'cell1' } }), scores: 0 },
})

const servers = {
  a: { imageProperties: { os_distro: 'debian', hw_vif_model: 'virtio' } },
  b: { imageProperties: { os_distro: 'debian' } },
  c: { imageProperties: { os_distro: 'windows' } },
}
const asked = request({ image: image({ os_distro: 'debian', hw_vif_model: 'virtio' }) })

describeWeigher(imagePropertiesWeigher(), {
  'counts each property that a server shares': { host: host('subject', { servers }), request: asked, scores: 3 },
  'scores 0 without an image': { host: host('subject', { servers }), request: request({ image: null }), scores: 0 },
})

describeWeigher(imagePropertiesWeigher({ weights: { os_distro: 2 } }), {
  'counts properties for as much as it is told': { host: host('subject', { servers }), request: asked, scores: 4 },
})

describeWeigher(metricsWeigher({ ratios: { idle: 2, load: -1 } }), {
  'adds up metrics by their ratios': { host: host('subject', { stats: { metrics: { idle: 5, load: 3 } } }), scores: 7 },
  'puts a host last that lacks one': { host: host('subject', { stats: { metrics: { idle: 5 } } }), scores: -10_000 },
})

describeWeigher(usedCoresWeigher, {
  'scores the processors in use': { host: host('subject', { used: { vcpus: 3 } }), scores: 3 },
})
