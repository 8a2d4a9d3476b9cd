import type { HostState } from '@novakit/core'
import { amountOf, physicallyFree, processorsOf } from './amounts.ts'

/**
 * Looks a host's attribute up by the name Nova gives it, and goes on into objects and JSON text along the rest of the
 * path: `['cpu_info', 'topology', 'cores']`. Undefined if there is no such thing. Names come from extra specs and
 * hints, so that only own properties count.
 * Source: the fields of nova/scheduler/host_manager.py `HostState`, and its `stats`.
 */
export function hostAttribute(host: HostState, path: readonly string[]): unknown {
  const [name, ...rest] = path
  if (name === undefined) return undefined
  const attribute = attributes.get(name) ?? (Object.hasOwn(statsOf(host), name) ? statOf(name) : undefined)
  return rest.reduce(inside, attribute?.(host))
}

type Attribute = (host: HostState) => unknown

const attributes: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ['host', (host) => host.host],
  ['nodename', (host) => host.node],
  ['hypervisor_hostname', (host) => host.node],
  ['uuid', (host) => host.provider],
  ['cell_uuid', (host) => host.cell],
  ['host_ip', (host) => host.hypervisor.hostIp],
  ['hypervisor_type', (host) => host.hypervisor.type],
  ['hypervisor_version', (host) => host.hypervisor.version],
  ['cpu_info', (host) => host.hypervisor.cpuInfo],
  ['supported_instances', (host) => host.hypervisor.supportedInstances],
  ['total_usable_ram_mb', (host) => amountOf(host, 'MEMORY_MB').total],
  ['free_ram_mb', (host) => physicallyFree(amountOf(host, 'MEMORY_MB'))],
  ['ram_allocation_ratio', (host) => amountOf(host, 'MEMORY_MB').ratio],
  ['total_usable_disk_gb', (host) => amountOf(host, 'DISK_GB').total],
  ['free_disk_mb', (host) => physicallyFree(amountOf(host, 'DISK_GB')) * 1024],
  ['disk_mb_used', (host) => amountOf(host, 'DISK_GB').used * 1024],
  ['disk_allocation_ratio', (host) => amountOf(host, 'DISK_GB').ratio],
  ['vcpus_total', (host) => processorsOf(host).total],
  ['vcpus_used', (host) => processorsOf(host).used],
  ['cpu_allocation_ratio', (host) => processorsOf(host).ratio],
  ['num_instances', (host) => host.servers.size],
  ['num_io_ops', (host) => host.stats.ioOps],
  ['failed_builds', (host) => host.stats.failedBuilds],
  ['stats', (host) => statsOf(host)],
])

function statsOf(host: HostState): Readonly<Record<string, unknown>> {
  const { metrics, ioOps, failedBuilds } = host.stats
  return { ...metrics, num_instances: host.servers.size, io_workload: ioOps, failed_builds: failedBuilds }
}

function statOf(name: string): Attribute {
  return (host) => statsOf(host)[name]
}

function inside(value: unknown, key: string): unknown {
  const object = typeof value === 'string' ? parsed(value) : value
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, key)) return undefined
  return (object as Readonly<Record<string, unknown>>)[key]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
