import type { HostState, RequestSpec } from '@novakit/core'
import { amountOf, processorsOf } from '../decide/amounts.ts'
import { hardwareRequestOf } from './guest/hardware-request.ts'
import type { GuestTopology } from './guest/topology.ts'
import { fitTopology, type FitOptions, type FittedTopology } from './host/fit-topology.ts'
import type { HostTopology } from './host/topology.ts'
import { pciPoolsOf } from './pci/pools.ts'

/** What a request asks of a host's cells; null: nothing, or nothing that could be. */
export function topologyAsked({ flavor, image }: Pick<RequestSpec, 'flavor' | 'image'>): GuestTopology | null {
  const answer = hardwareRequestOf({ flavor, image })
  return answer.ok ? answer.hardware.topology : null
}

/** Where the guest's cells go on this host, under its own ratios of overcommit and with the devices it asks for. */
export function fitOnHost(
  host: HostState,
  topology: HostTopology,
  guest: GuestTopology,
  { resources }: Pick<RequestSpec, 'resources'>,
  options: Pick<FitOptions, 'pack'> = {},
): FittedTopology | null {
  const { devices = [] } = resources
  const limits = { cpuRatio: processorsOf(host).ratio, memoryRatio: amountOf(host, 'MEMORY_MB').ratio }
  const pci = { requests: devices, pools: pciPoolsOf(host.hypervisor.pci) ?? [], mapping: null }
  return fitTopology(topology, guest, { ...options, limits, pci })
}
