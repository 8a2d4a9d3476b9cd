import { id, type GroupRequest, type GroupState, type HostName, type ServerId } from '@novakit/core'
import {
  differentHostFilter,
  sameHostFilter,
  serverGroupAffinityFilter,
  serverGroupAntiAffinityFilter,
  serverGroupPartitionFilter,
  simpleCidrAffinityFilter,
} from '@novakit/scheduler'
import { aggregate, describeFilter, group, host, request, type GroupOptions } from '@novakit/scheduler/testing'

const racked = (policy: GroupRequest['policy'], options: GroupOptions = {}) =>
  request({ group: group(policy, { ...options, level: 'rack' }), hints: { partition: 'one' } })

/** The subject and a neighbour in one rack, another host in another. */
const inRacks = {
  host: host('subject', { aggregates: ['rack-1', 'ssd'] }),
  others: [host('neighbour', { aggregates: ['rack-1'] }), host('other', { aggregates: ['rack-2'] })],
  aggregates: [
    aggregate('rack-1', { metadata: { rack: '1' } }),
    aggregate('rack-2', { metadata: { rack: '2' } }),
    aggregate('ssd', { metadata: { ssd: 'true' } }),
  ],
}

const placeless = (policy: GroupRequest['policy']) => ({
  'turns a host away that is in no rack': {
    ...inRacks,
    host: host('subject', { aggregates: ['ssd'] }),
    request: racked(policy),
    answers: 'server_group.level',
  },
  'turns a host away that is in two racks': {
    ...inRacks,
    host: host('subject', { aggregates: ['rack-1', 'rack-2'] }),
    request: racked(policy),
    answers: 'server_group.level',
  },
})

const apart = (maxServerPerHost: number, members: readonly string[]) =>
  request({ group: group('anti-affinity', { maxServerPerHost, members }) })

describeFilter(serverGroupAntiAffinityFilter, {
  'has nothing to say without a group': { host: host('subject', { servers: ['m1'] }), answers: 'yes' },
  'has nothing to say of another policy': {
    host: host('subject', { servers: ['m1'] }),
    request: request({ group: group('soft-anti-affinity', { members: ['m1'] }) }),
    answers: 'yes',
  },
  'takes a host without members': {
    host: host('subject', { servers: ['x'] }),
    request: apart(1, ['m1']),
    answers: 'yes',
  },
  'turns a host with a member away': {
    host: host('subject', { servers: ['x', 'm1'] }),
    request: apart(1, ['m1', 'm2']),
    answers: 'server_group.anti_affinity',
  },
  'takes a host below max_server_per_host': {
    host: host('subject', { servers: ['m1'] }),
    request: apart(2, ['m1', 'm2']),
    answers: 'yes',
  },
  'turns a host away that has reached max_server_per_host': {
    host: host('subject', { servers: ['m1', 'm2'] }),
    request: apart(2, ['m1', 'm2']),
    answers: 'server_group.anti_affinity',
  },
  'lets a server stay where it is': {
    host: host('subject', { servers: ['s1', 'm1'] }),
    request: apart(1, ['s1', 'm1']),
    answers: 'yes',
  },
  'counts members on other nodes of the same host': {
    host: host('subject', { node: 'node-1' }),
    others: [host('subject', { node: 'node-2', servers: ['m1'] })],
    request: apart(1, ['m1']),
    answers: 'server_group.anti_affinity',
  },
  'counts a member that the snapshot knows of and the request does not': {
    groups: [
      {
        id: id('group'),
        policy: 'anti-affinity',
        level: null,
        maxServerPerHost: 1,
        members: new Map([
          [id('m9'), id('subject')],
          [id('m8'), null],
        ]),
        partitions: new Map(),
      },
    ],
    request: apart(1, []),
    answers: 'server_group.anti_affinity',
  },
  'counts a host that the request says holds members': {
    request: request({ group: group('anti-affinity', { hosts: ['subject'] }) }),
    answers: 'server_group.anti_affinity',
  },
  'turns a host away whose rack holds a member': {
    ...inRacks,
    request: racked('anti-affinity', { hosts: ['neighbour'] }),
    answers: 'server_group.anti_affinity',
  },
  'takes a host whose rack holds no member': {
    ...inRacks,
    request: racked('anti-affinity', { hosts: ['other'] }),
    answers: 'yes',
  },
  'counts the members of a whole rack': {
    ...inRacks,
    others: [host('neighbour', { aggregates: ['rack-1'], servers: ['m1'] }), ...inRacks.others],
    request: racked('anti-affinity', { members: ['m1'], hosts: ['subject'], maxServerPerHost: 2 }),
    answers: 'server_group.anti_affinity',
  },
  'lets a server move within its rack': {
    ...inRacks,
    others: [host('neighbour', { aggregates: ['rack-1'], servers: ['s1'] })],
    request: racked('anti-affinity', { members: ['s1'] }),
    answers: 'yes',
  },
  ...placeless('anti-affinity'),
})

describeFilter(serverGroupAffinityFilter, {
  'has nothing to say of another policy': {
    request: request({ group: group('soft-affinity', { hosts: ['other'] }) }),
    answers: 'yes',
  },
  'takes any host for the first member': { request: request({ group: group('affinity') }), answers: 'yes' },
  'takes the host of the others': {
    request: request({ group: group('affinity', { hosts: ['subject'] }) }),
    answers: 'yes',
  },
  'turns every other host away': {
    request: request({ group: group('affinity', { hosts: ['other'] }) }),
    answers: 'server_group.affinity',
  },
  'follows a member that the snapshot shows elsewhere': {
    others: [host('other', { servers: ['m1'] })],
    request: request({ group: group('affinity', { members: ['m1'] }) }),
    answers: 'server_group.affinity',
  },
  'does not bind a server to where it is itself': {
    others: [host('other', { servers: ['s1'] })],
    request: request({ group: group('affinity', { members: ['s1'] }) }),
    answers: 'yes',
  },
  'takes every host of the rack of the others': {
    ...inRacks,
    request: racked('affinity', { hosts: ['neighbour'] }),
    answers: 'yes',
  },
  'turns hosts of other racks away': {
    ...inRacks,
    request: racked('affinity', { hosts: ['other'] }),
    answers: 'server_group.affinity',
  },
  ...placeless('affinity'),
})

/** One member in the neighbour's rack, of a partition. */
const neighbourOf = (partition: string | null) => ({
  ...inRacks,
  groups: [
    {
      id: id<GroupState['id']>('group'),
      policy: 'partition' as const,
      level: 'rack',
      maxServerPerHost: 1,
      members: new Map([[id<ServerId>('m1'), id<HostName>('neighbour')]]),
      partitions: new Map(partition === null ? [] : [[id<ServerId>('m1'), partition]]),
    },
  ],
})

const ofPartition = (partition: string) =>
  request({ group: group('partition', { level: 'rack', members: ['m1'] }), hints: { partition } })

describeFilter(serverGroupPartitionFilter, {
  'has nothing to say of another policy': {
    request: request({ group: group('affinity', { hosts: ['subject'] }), hints: { partition: 'one' } }),
    answers: 'yes',
  },
  'takes a rack that holds no member': {
    ...inRacks,
    request: ofPartition('one'),
    answers: 'yes',
  },
  'takes a rack of the same partition': { ...neighbourOf('one'), request: ofPartition('one'), answers: 'yes' },
  'turns a rack of another partition away': {
    ...neighbourOf('one'),
    request: ofPartition('two'),
    answers: 'server_group.partition',
  },
  'turns a rack away whose partition nobody knows': {
    ...neighbourOf(null),
    request: ofPartition('two'),
    answers: 'server_group.partition',
  },
  'counts by hosts where the group has no level': {
    host: host('subject', { servers: ['m1'] }),
    request: request({ group: group('partition', { members: ['m1'] }), hints: { partition: 'two' } }),
    answers: 'server_group.partition',
  },
  ...placeless('partition'),
})

describeFilter(sameHostFilter, {
  'has nothing to say without the hint': { answers: 'yes' },
  'has nothing to say of an empty hint': { request: request({ hints: { sameHost: [] } }), answers: 'yes' },
  'takes a host with one of the servers': {
    host: host('subject', { servers: ['a', 'b'] }),
    request: request({ hints: { sameHost: ['z', 'b'] } }),
    answers: 'yes',
  },
  'turns a host without any of them away': {
    host: host('subject', { servers: ['a'] }),
    request: request({ hints: { sameHost: ['b'] } }),
    answers: 'hint.same_host',
  },
})

describeFilter(differentHostFilter, {
  'has nothing to say without the hint': { host: host('subject', { servers: ['a'] }), answers: 'yes' },
  'takes a host without any of the servers': {
    host: host('subject', { servers: ['a'] }),
    request: request({ hints: { differentHost: ['b'] } }),
    answers: 'yes',
  },
  'turns a host with one of them away': {
    host: host('subject', { servers: ['a', 'b'] }),
    request: request({ hints: { differentHost: ['b', 'z'] } }),
    answers: 'hint.different_host',
  },
})

const at = (hostIp: string | null) => host('subject', { hypervisor: { hostIp } })

describeFilter(simpleCidrAffinityFilter, {
  'has nothing to say without the hint': { answers: 'yes' },
  'takes a host of the network': {
    host: at('192.168.1.77'),
    request: request({ hints: { buildNearHostIp: '192.168.1.12', cidr: '/24' } }),
    answers: 'yes',
  },
  'asks for a /24 unless told': {
    host: at('192.168.2.1'),
    request: request({ hints: { buildNearHostIp: '192.168.1.12' } }),
    answers: 'hint.cidr',
  },
  'knows IPv6': {
    host: at('2001:db8::99'),
    request: request({ hints: { buildNearHostIp: '2001:db8::1', cidr: '/64' } }),
    answers: 'yes',
  },
  'turns a host without an address away': {
    host: at(null),
    request: request({ hints: { buildNearHostIp: '192.168.1.12' } }),
    answers: 'hint.cidr',
  },
  'refuses hints that name no network': {
    host: at('192.168.1.77'),
    request: request({ hints: { buildNearHostIp: 'near the window', cidr: '/24' } }),
    answers: 'hint.invalid',
  },
  'refuses a prefix that is too long': {
    host: at('192.168.1.77'),
    request: request({ hints: { buildNearHostIp: '192.168.1.12', cidr: '/33' } }),
    answers: 'hint.invalid',
  },
})
