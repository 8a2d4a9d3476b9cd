import { id } from '@novakit/core'
import {
  differentHostFilter,
  sameHostFilter,
  serverGroupAffinityFilter,
  serverGroupAntiAffinityFilter,
  simpleCidrAffinityFilter,
} from '@novakit/scheduler'
import { describeFilter, group, host, request } from '@novakit/scheduler/testing'

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
        maxServerPerHost: 1,
        members: new Map([
          [id('m9'), id('subject')],
          [id('m8'), null],
        ]),
      },
    ],
    request: apart(1, []),
    answers: 'server_group.anti_affinity',
  },
  'counts a host that the request says holds members': {
    request: request({ group: group('anti-affinity', { hosts: ['subject'] }) }),
    answers: 'server_group.anti_affinity',
  },
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
