import type { Weigher } from '../decide/weigher.ts'
import { freeDevices, pciPoolsOf } from '../hardware/pci/pools.ts'

/** More free devices than this make no difference. */
const DEVICES_MAX = 100

/**
 * Keeps hosts with free PCI devices for those that ask for some, and among them fills the fullest first.
 * Source: nova/scheduler/weights/pci.py.
 */
export const pciWeigher: Weigher = {
  name: 'PCIWeigher',
  multiplier: 1,
  option: 'pci_weight_multiplier',
  readsHostOnly: true,
  reads: () => null,
  ignoresUsage: true,
  scale: [0, DEVICES_MAX],
  score: (host) => DEVICES_MAX - Math.min(freeDevices(pciPoolsOf(host.hypervisor.pci) ?? []), DEVICES_MAX - 1),
}
