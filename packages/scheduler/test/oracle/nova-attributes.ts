import type { HostState } from '@novakit/core'

/** What Nova's HostState says of the host (nova/scheduler/host_manager.py, `_update_from_compute_node`). */
export function amountsFor(host: HostState): Readonly<Record<string, unknown>> {
  const of = (resourceClass: string) => {
    const inventory = host.inventories.get(resourceClass)
    if (inventory === undefined) throw new Error(`${host.node} has no ${resourceClass}`)
    return { ...inventory, taken: inventory.used + inventory.reserved }
  }
  const [cpus, memory, disk] = [of('VCPU'), of('MEMORY_MB'), of('DISK_GB')]
  const { hypervisor, stats } = host
  return {
    total_usable_ram_mb: memory.total,
    free_ram_mb: memory.total - memory.taken,
    vcpus_total: cpus.total,
    vcpus_used: cpus.taken,
    total_usable_disk_gb: disk.total,
    free_disk_mb: (disk.total - disk.taken) * 1024,
    disk_mb_used: disk.taken * 1024,
    cpu_allocation_ratio: cpus.allocationRatio,
    ram_allocation_ratio: memory.allocationRatio,
    disk_allocation_ratio: disk.allocationRatio,
    num_instances: host.servers.size,
    num_io_ops: stats.ioOps,
    failed_builds: stats.failedBuilds,
    hypervisor_type: hypervisor.type,
    hypervisor_version: hypervisor.version,
    hypervisor_hostname: host.node,
    host_ip: hypervisor.hostIp,
    cpu_info: JSON.stringify(hypervisor.cpuInfo),
    supported_instances: hypervisor.supportedInstances,
    uuid: host.provider,
  }
}
