import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { PCI_ALIAS } from '../hardware/pci/alias.ts'
import { pciPoolsOf } from '../hardware/pci/pools.ts'
import { takeDevices } from '../hardware/pci/take.ts'

const lacking = no({ code: 'host.pci', message: 'The host has not the PCI devices that are asked for.' })
const unread = no(
  { code: 'host.pci_alias', message: 'The flavor asks for PCI devices under a name that nobody gave a meaning.' },
  'never',
)

/**
 * Hosts with the PCI devices that the request asks for, wherever in the host they are; how near, NUMATopologyFilter
 * judges. Source: nova/scheduler/filters/pci_passthrough_filter.py.
 */
export const pciPassthroughFilter: Filter = {
  name: 'PciPassthroughFilter',
  readsHostOnly: true,
  reads: ({ flavor, resources }) => [flavor.extraSpecs[PCI_ALIAS], resources.devices],
  ignoresUsage: true,
  applies: ({ flavor, resources }) => Boolean(flavor.extraSpecs[PCI_ALIAS]) || (resources.devices ?? []).length > 0,
  check: (host, { flavor, resources }) => {
    // An alias that the translation could not read is no request for nothing.
    if (flavor.extraSpecs[PCI_ALIAS] && resources.devices === undefined) return unread
    const pools = pciPoolsOf(host.hypervisor.pci)
    if (pools === null) return lacking
    return takeDevices(pools, resources.devices ?? [], null, { cells: null, host: null }) === null ? lacking : yes
  },
}
