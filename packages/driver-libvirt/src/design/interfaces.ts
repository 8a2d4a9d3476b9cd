import type { DomainDescription } from '../xml/domain/domain.ts'
import { guestDesignErrors } from './errors.ts'
import type { DesignInput, GuestNic } from './guest-order.ts'
import { truthOf, wordOf, type Settings } from './settings.ts'
import { interfaceTune } from './tuning.ts'

type Interface = NonNullable<NonNullable<DomainDescription['devices']>['interfaces']>[number]

const MODELS = ['virtio', 'e1000', 'e1000e', 'rtl8139', 'ne2k_pci', 'pcnet', 'igb', 'vmxnet3'] as const
/** A TAP device of Linux has no more. */
const MOST_QUEUES = 256

export function guestInterfaces({ order }: DesignInput, settings: Settings): readonly Interface[] {
  return order.nics.map((nic) => describeInterface(nic, order.flavor.vcpus, settings))
}

/** One interface, as it is in the guest from the start or plugged in later. */
export function describeInterface(nic: GuestNic, vcpus: number, settings: Settings): Interface {
  const model = wordOf('hw_vif_model', settings.image('hw_vif_model'), MODELS) ?? 'virtio'
  const many = truthOf('hw:vif_multiqueue_enabled', settings.either('vif_multiqueue_enabled')) === true
  const bandwidth = interfaceTune(settings)
  const filter = filterOf(nic)
  const mac = { mac: nic.mac }
  const common = {
    ...mac,
    model,
    ...(many && model === 'virtio' && vcpus > 1
      ? { driver: { name: 'vhost' as const, queues: Math.min(vcpus, MOST_QUEUES) } }
      : {}),
    ...(nic.mtu > 0 ? { mtu: nic.mtu } : {}),
    ...(filter === null ? {} : { filter }),
    ...(bandwidth === null ? {} : { bandwidth }),
  }
  const target = { target: nic.device }
  switch (nic.vifType) {
    case 'bridge':
      return { type: 'bridge', source: detail(nic, 'bridge'), ...common, ...target }
    case 'ovs':
      return {
        type: 'bridge',
        source: detail(nic, 'bridge'),
        ...common,
        ...target,
        virtualPort: { type: 'openvswitch', parameters: { interfaceId: nic.port } },
      }
    case 'network':
      return { type: 'network', source: { network: detail(nic, 'network') }, ...common, ...target }
    case 'tap':
      return { type: 'ethernet', ...common, ...target }
    case 'user':
      return { type: 'user', ...mac, model }
    case 'macvtap':
      return { type: 'direct', source: { dev: detail(nic, 'device'), mode: 'bridge' }, ...mac, model }
    case 'vhostuser': {
      const mode = nic.details['mode'] === 'server' ? 'server' : 'client'
      return { type: 'vhostuser', source: { type: 'unix', path: detail(nic, 'socket'), mode }, ...mac, model: 'virtio' }
    }
    case 'direct':
      return {
        type: 'hostdev',
        managed: true,
        source: { type: 'pci', ...pciPlace(detail(nic, 'pci')) },
        ...mac,
        ...(nic.vlan === null ? {} : { vlan: { tags: [nic.vlan] } }),
      }
    default:
      throw guestDesignErrors.unsupported({ what: `way to plug an interface of type ${nic.vifType.slice(0, 40)}` })
  }
}

function detail(nic: GuestNic, name: string): string {
  const value = nic.details[name]
  if (typeof value === 'string' && value !== '') return value
  throw guestDesignErrors.impossible({ what: `port ${nic.port} does not say its ${name}` })
}

/** `details.filter` names a filter of libvirt that holds the guest to its own addresses. */
function filterOf(nic: GuestNic) {
  const name = nic.details['filter']
  if (typeof name !== 'string') return null
  const addresses = nic.fixedIps.map(({ address, version }) => ({
    name: version === 4 ? 'IP' : 'IPV6',
    value: address,
  }))
  return { name, parameters: [{ name: 'MAC', value: nic.mac }, ...addresses] }
}

/** `0000:81:00.1` */
export function pciPlace(address: string) {
  const found = /^([\da-f]{4}):([\da-f]{2}):([\da-f]{2})\.([0-7])$/i.exec(address)
  if (found === null)
    throw guestDesignErrors.invalid({ setting: 'PCI address', value: address, want: 'like 0000:81:00.1' })
  const [domain, bus, slot, fn] = found.slice(1).map((part) => Number.parseInt(part, 16))
  return { domain: domain ?? 0, bus: bus ?? 0, slot: slot ?? 0, function: fn ?? 0 }
}
