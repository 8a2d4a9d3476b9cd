import { no, yes, type HostState, type RequestSpec } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { fitOnHost, topologyAsked } from '../hardware/host-hardware.ts'
import { hasThreads, hostTopologyOf } from '../hardware/host/topology.ts'

export interface NumaTopologyOptions {
  /** Fill the NUMA cells of a host one after the other. Default false: the emptiest first. */
  readonly pack?: boolean
}

const unknown = no({ code: 'host.numa_unknown', message: 'The host does not tell its NUMA topology.' })
const threadless = no({ code: 'host.threads', message: 'The host has no simultaneous multithreading.' })
const unfit = no({ code: 'host.numa', message: 'The NUMA nodes that are asked for do not fit on those of the host.' })

/**
 * Hosts on whose NUMA cells those of the guest fit: memory and its pages, processors of its own and their threads, and
 * PCI devices near enough. Source: nova/scheduler/filters/numa_topology_filter.py; the fit is
 * nova/virt/hardware.py, `numa_fit_instance_to_host`.
 */
export function numaTopologyFilter({ pack = false }: NumaTopologyOptions = {}): Filter {
  return {
    name: 'NUMATopologyFilter',
    readsHostOnly: true,
    reads: ({ flavor, image, resources }) => [
      flavor.extraSpecs,
      flavor.vcpus,
      flavor.memory,
      image?.properties,
      resources.devices,
    ],
    ignoresUsage: true,
    applies: (request) => topologyAsked(request) !== null,
    check: (host, request, view) => {
      const guest = view.once(numaTopologyFilter, () => topologyAsked(request))
      if (guest === null) return yes
      const topology = hostTopologyOf(host.hypervisor.numa)
      if (topology === null) return unknown
      if (mustHaveThreads(request) && !hasThreads(topology)) return threadless
      return fits(host, request, guest, topology, pack) ? yes : unfit
    },
  }
}

type Parts = Parameters<typeof fitOnHost>

function fits(host: HostState, request: RequestSpec, guest: Parts[2], topology: Parts[1], pack: boolean): boolean {
  return fitOnHost(host, topology, guest, request, { pack }) !== null
}

function mustHaveThreads({ flavor, image }: RequestSpec): boolean {
  const { extraSpecs } = flavor
  const properties = image?.properties ?? {}
  return (
    [extraSpecs['hw:cpu_policy'], properties['hw_cpu_policy']].includes('dedicated') &&
    [extraSpecs['hw:cpu_thread_policy'], properties['hw_cpu_thread_policy']].includes('require')
  )
}
