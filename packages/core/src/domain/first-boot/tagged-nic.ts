import type { Nic } from '../network/network.ts'
import type { TaggedDevice } from './first-boot.ts'

/**
 * A NIC of which its guest should know something, or nothing. Where the hypervisor puts it is not known before the
 * guest is made; it is found by its MAC address.
 */
export function taggedNic({ mac, tag, vlan, trusted }: Nic): readonly TaggedDevice[] {
  if (tag === null && vlan === null && !trusted) return []
  return [{ type: 'nic', bus: 'none', address: 'none', mac, tags: tag === null ? [] : [tag], trusted }]
}
