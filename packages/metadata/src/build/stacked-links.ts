import type { Json, StackedLink } from '@novakit/core/vocabulary'

/** A bond or a VLAN as doc/api_schemas/network_data.json of Nova has it. `ids` finds the link of a NIC by its port. */
export function stackedLink(
  link: StackedLink,
  ids: ReadonlyMap<string, string>,
): Readonly<Record<string, Json>> & { readonly id: string } {
  const { id, mac, mtu } = link
  if (link.type === 'vlan') {
    return { id, type: 'vlan', mtu, vlan_link: ids.get(link.on) ?? link.on, vlan_id: link.vlan, vlan_mac_address: mac }
  }
  return {
    id,
    type: 'bond',
    mtu,
    ethernet_mac_address: mac,
    bond_links: link.over.map((port) => ids.get(port) ?? port),
    bond_mode: link.mode,
    ...(link.lookEvery === undefined ? {} : { bond_miimon: link.lookEvery }),
    ...(link.hashPolicy === undefined ? {} : { bond_xmit_hash_policy: link.hashPolicy }),
  }
}
