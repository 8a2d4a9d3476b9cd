import { attribute, child, list, mark, record, variants } from '../base/fields.ts'
import { integer, string, word, yesNo } from '../base/scalars.ts'
import { address, common, namedValues, pciPlace } from './address.ts'

/** KiB a second, and KiB for the burst. */
const rate = record({
  average: attribute('average', integer).maybe,
  peak: attribute('peak', integer).maybe,
  burst: attribute('burst', integer).maybe,
  floor: attribute('floor', integer).maybe,
})

const virtualPort = record({
  type: attribute('type', word('openvswitch', 'midonet', '802.1Qbg', '802.1Qbh')),
  parameters: child(
    'parameters',
    record({
      interfaceId: attribute('interfaceid', string).maybe,
      profileId: attribute('profileid', string).maybe,
    }),
  ).maybe,
})

const rest = {
  mac: mark('mac', 'address', string).maybe,
  target: mark('target', 'dev', string).maybe,
  model: mark('model', 'type', string).maybe,
  driver: child(
    'driver',
    record({
      name: attribute('name', word('qemu', 'vhost', 'vfio')).maybe,
      queues: attribute('queues', integer).maybe,
      rxQueueSize: attribute('rx_queue_size', integer).maybe,
      txQueueSize: attribute('tx_queue_size', integer).maybe,
      packed: attribute('packed', word('on', 'off')).maybe,
    }),
  ).maybe,
  mtu: mark('mtu', 'size', integer).maybe,
  link: mark('link', 'state', word('up', 'down')).maybe,
  port: mark('port', 'isolated', yesNo).maybe,
  filter: child(
    'filterref',
    record({ name: attribute('filter', string), parameters: namedValues('parameter', string) }),
  ).maybe,
  bandwidth: child(
    'bandwidth',
    record({ inbound: child('inbound', rate).maybe, outbound: child('outbound', rate).maybe }),
  ).maybe,
  virtualPort: child('virtualport', virtualPort).maybe,
  vlan: child('vlan', record({ tags: list('tag', attribute('id', integer)) })).maybe,
  ...common,
  address: child('address', address).maybe,
}

/** A network interface of a guest, by what it is plugged into. */
export const networkInterface = variants('type', {
  bridge: record({ source: mark('source', 'bridge', string), ...rest }),
  network: record({
    source: child(
      'source',
      record({ network: attribute('network', string), portGroup: attribute('portgroup', string).maybe }),
    ),
    ...rest,
  }),
  /** Something else has made the TAP device, or will. */
  ethernet: record(rest),
  user: record(rest),
  direct: record({
    source: child(
      'source',
      record({
        dev: attribute('dev', string),
        mode: attribute('mode', word('vepa', 'bridge', 'private', 'passthrough')).maybe,
      }),
    ),
    ...rest,
  }),
  vhostuser: record({
    source: child(
      'source',
      record({
        type: attribute('type', word('unix')),
        path: attribute('path', string),
        mode: attribute('mode', word('client', 'server')),
      }),
    ),
    ...rest,
  }),
  hostdev: record({
    managed: attribute('managed', yesNo).maybe,
    source: child('source', child('address', variants('type', { pci: pciPlace }))),
    ...rest,
  }),
})
