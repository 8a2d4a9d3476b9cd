import { BlockList, isIP } from 'node:net'
import { no, yes, type SchedulerHints } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

const far = no({ code: 'hint.cidr', message: 'The host is not in the network of the hint build_near_host_ip.' })
const unreadable = no(
  { code: 'hint.invalid', message: 'The hints build_near_host_ip and cidr do not name a network.' },
  'never',
)

/**
 * Hosts in the network that the hints `build_near_host_ip` and `cidr` (default `/24`) span.
 * Source: nova/scheduler/filters/affinity_filter.py, `SimpleCIDRAffinityFilter`.
 */
export const simpleCidrAffinityFilter: Filter = {
  name: 'SimpleCIDRAffinityFilter',
  oncePerRequest: true,
  reads: ({ hints }) => [hints.buildNearHostIp, hints.cidr],
  ignoresUsage: true,
  applies: ({ hints }) => hints.buildNearHostIp !== undefined && hints.buildNearHostIp !== '',
  check: (host, { hints }, view) => {
    const network = view.once(simpleCidrAffinityFilter, () => networkOf(hints))
    if (network === null) return unreadable
    const address = host.hypervisor.hostIp ?? ''
    const version = isIP(address)
    return version !== 0 && network.check(address, version === 6 ? 'ipv6' : 'ipv4') ? yes : far
  },
}

function networkOf({ buildNearHostIp = '', cidr = '/24' }: SchedulerHints): BlockList | null {
  const version = isIP(buildNearHostIp)
  const [, digits] = /^\/(\d{1,3})$/.exec(cidr) ?? []
  const prefix = Number(digits)
  if (version === 0 || digits === undefined || prefix > (version === 6 ? 128 : 32)) return null
  const network = new BlockList()
  network.addSubnet(buildNearHostIp, prefix, version === 6 ? 'ipv6' : 'ipv4')
  return network
}
