import { xmlDocument } from './base/document.ts'
import { attribute, child, content, leaf, list, mark, record, type ValueOf } from './base/fields.ts'
import { integer, onOff, string, word, yesNo } from './base/scalars.ts'

const host = record({
  mac: attribute('mac', string).maybe,
  id: attribute('id', string).maybe,
  name: attribute('name', string).maybe,
  ip: attribute('ip', string),
})

const dhcp = record({
  ranges: list('range', record({ start: attribute('start', string), end: attribute('end', string) })),
  hosts: list('host', host),
})

/** Addresses of the bridge itself, and what it hands out. */
const ip = record({
  family: attribute('family', word('ipv4', 'ipv6')).maybe,
  address: attribute('address', string),
  netmask: attribute('netmask', string).maybe,
  prefix: attribute('prefix', integer).maybe,
  dhcp: child('dhcp', dhcp).maybe,
})

const forward = record({
  mode: attribute('mode', word('nat', 'route', 'open', 'bridge', 'private', 'vepa', 'passthrough', 'hostdev')).maybe,
  dev: attribute('dev', string).maybe,
  nat: child(
    'nat',
    record({
      ports: child('port', record({ start: attribute('start', integer), end: attribute('end', integer) })).maybe,
    }),
  ).maybe,
})

const dns = record({
  enable: attribute('enable', yesNo).maybe,
  hosts: list('host', record({ ip: attribute('ip', string), names: list('hostname', content(string)) })),
})

const fields = {
  name: leaf('name', string),
  uuid: leaf('uuid', string).maybe,
  forward: child('forward', forward).maybe,
  bridge: child(
    'bridge',
    record({
      name: attribute('name', string).maybe,
      stp: attribute('stp', onOff).maybe,
      delay: attribute('delay', integer).maybe,
    }),
  ).maybe,
  mtu: mark('mtu', 'size', integer).maybe,
  mac: mark('mac', 'address', string).maybe,
  domain: child('domain', record({ name: attribute('name', string), localOnly: attribute('localOnly', yesNo).maybe }))
    .maybe,
  dns: child('dns', dns).maybe,
  ips: list('ip', ip),
}

export type NetworkDescription = ValueOf<typeof fields>

export const networkXml = xmlDocument<NetworkDescription>('network', record(fields))
/** One reservation, as `networkUpdate` takes it. */
export const dhcpHostXml = xmlDocument('host', host)
