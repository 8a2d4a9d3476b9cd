import { allHostsFilter, availabilityZoneFilter, computeFilter } from '@novakit/scheduler'
import { aggregate, describeFilter, host, request } from '@novakit/scheduler/testing'

describeFilter(computeFilter, {
  'takes a host that is enabled and up': { answers: 'yes' },
  'turns a disabled host away': { host: host('subject', { enabled: false }), answers: 'host.disabled' },
  'turns a host away that is down': { host: host('subject', { up: false }), answers: 'host.down' },
  'names the operator’s word before the missing heartbeat': {
    host: host('subject', { enabled: false, up: false }),
    answers: 'host.disabled',
  },
  'turns a host away whose cell does not answer': {
    host: host('subject', { reachable: false }),
    answers: 'cell.unavailable',
  },
})

describeFilter(allHostsFilter, {
  'takes a host that nothing else would': { host: host('subject', { enabled: false, up: false }), answers: 'yes' },
})

const east = aggregate('east', { zone: 'east' })
const racks = aggregate('racks', { metadata: { rack: '7' } })

describeFilter(availabilityZoneFilter(), {
  'takes any host where no zone is asked for': {
    host: host('subject', { aggregates: ['east'] }),
    aggregates: [east],
    answers: 'yes',
  },
  'takes a host of the zone': {
    host: host('subject', { aggregates: ['racks', 'east'] }),
    aggregates: [east, racks],
    request: request({ zone: 'east' }),
    answers: 'yes',
  },
  'turns a host of another zone away': {
    host: host('subject', { aggregates: ['east'] }),
    aggregates: [east],
    request: request({ zone: 'west' }),
    answers: 'zone.other',
  },
  'takes a host in no zone for the default zone': {
    host: host('subject', { aggregates: ['racks'] }),
    aggregates: [racks],
    request: request({ zone: 'nova' }),
    answers: 'yes',
  },
  'turns a host of a zone away that is asked for the default zone': {
    host: host('subject', { aggregates: ['east'] }),
    aggregates: [east],
    request: request({ zone: 'nova' }),
    answers: 'zone.other',
  },
  'turns a host in no zone away that is asked for another than the default': {
    request: request({ zone: 'east' }),
    answers: 'zone.other',
  },
  'reads several zones of one aggregate, split at commas': {
    host: host('subject', { aggregates: ['both'] }),
    aggregates: [aggregate('both', { zone: 'east, west' })],
    request: request({ zone: 'west' }),
    answers: 'yes',
  },
})

describeFilter(availabilityZoneFilter({ defaultZone: 'home' }), {
  'calls hosts in no zone by the name that the operator gives': { request: request({ zone: 'home' }), answers: 'yes' },
  'no longer knows the usual default': { request: request({ zone: 'nova' }), answers: 'zone.other' },
})
