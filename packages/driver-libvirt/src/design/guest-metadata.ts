import { childOf, childrenOf, attributeOf, type Element } from '../xml/base/element.ts'
import type { GuestOrder } from './guest-order.ts'

const NOVA = 'http://openstack.org/xmlns/libvirt/nova/1.1'
/** Ours: what a driver has to know of a guest that it finds. */
const OWN = 'urn:novakit:guest:1'

const leaf = (name: string, text: string): Element => ({ name, attributes: {}, children: [text] })

/** Two elements: what tools for Nova read, and the fencing token of the guest. */
export function guestMetadata(order: GuestOrder): readonly Element[] {
  return [
    novaInstance(order),
    { name: 'novakit:guest', attributes: { 'xmlns:novakit': OWN, epoch: String(order.epoch) }, children: [] },
  ]
}

/** The epoch that a guest was defined with; null for one that is not ours. */
export function epochIn(metadata: readonly Element[] | undefined): number | null {
  const own = metadata?.find((each) => each.name.endsWith(':guest') && Object.values(each.attributes).includes(OWN))
  const epoch = own === undefined ? undefined : attributeOf(own, 'epoch')
  return epoch !== undefined && /^\d{1,15}$/.test(epoch) ? Number(epoch) : null
}

/** nova/virt/libvirt/config.py, `LibvirtConfigGuestMetaNovaInstance`. */
function novaInstance({ name, flavor, image, project, user, createdAt, nics }: GuestOrder): Element {
  const size = (key: string, value: number) => leaf(`nova:${key}`, String(value))
  const extra = Object.entries(flavor.extraSpecs).map(([key, value]) => ({
    name: 'nova:extraSpec',
    attributes: { name: key },
    children: [value],
  }))
  const ports = nics.map(({ port, fixedIps }) => ({
    name: 'nova:port',
    attributes: { uuid: port },
    children: fixedIps.map(({ address, version }) => ({
      name: 'nova:ip',
      attributes: { type: 'fixed', address, ipVersion: String(version) },
      children: [],
    })),
  }))
  const owner = [
    { name: 'nova:user', attributes: { uuid: user }, children: [] },
    { name: 'nova:project', attributes: { uuid: project }, children: [] },
  ]
  return {
    name: 'nova:instance',
    attributes: { 'xmlns:nova': NOVA },
    children: [
      leaf('nova:name', name),
      leaf('nova:creationTime', new Date(createdAt).toISOString().slice(0, 19).replace('T', ' ')),
      {
        name: 'nova:flavor',
        attributes: { name: flavor.name },
        children: [
          size('memory', flavor.memory),
          size('disk', flavor.disk),
          size('swap', flavor.swap),
          size('ephemeral', flavor.ephemeral),
          size('vcpus', flavor.vcpus),
          ...(extra.length === 0 ? [] : [{ name: 'nova:extraSpecs', attributes: {}, children: extra }]),
        ],
      },
      { name: 'nova:owner', attributes: {}, children: owner },
      ...(image === null ? [] : [{ name: 'nova:root', attributes: { type: 'image', uuid: image.id }, children: [] }]),
      { name: 'nova:ports', attributes: {}, children: ports },
    ],
  }
}

/** Names of the ports in a guest's metadata; a driver finds with them what it plugged. */
export function portsIn(metadata: readonly Element[] | undefined): readonly string[] {
  const instance = metadata?.find((each) => each.name === 'nova:instance')
  const ports = instance === undefined ? undefined : childOf(instance, 'nova:ports')
  return ports === undefined ? [] : childrenOf(ports, 'nova:port').flatMap((port) => attributeOf(port, 'uuid') ?? [])
}
