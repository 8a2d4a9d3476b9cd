import type { DomainDescription } from '../xml/domain/domain.ts'
import { guestCpu } from './cpu.ts'
import { guestControllers, guestDisks } from './disks.ts'
import { guestMetadata } from './guest-metadata.ts'
import { guestDesignErrors } from './errors.ts'
import type { DesignInput, GuestOrder, NumaPlacement } from './guest-order.ts'
import { guestInterfaces } from './interfaces.ts'
import { guestClock, guestFeatures, guestOs, machineOf } from './machine.ts'
import { otherDevices } from './other-devices.ts'
import { settingsOf } from './settings.ts'
import { cpuTune, memoryBacking, numaTune } from './tuning.ts'

/**
 * The guest that an order means on this host, as Nova would build it (nova/virt/libvirt/driver.py `_get_guest_config`).
 * The domain's UUID is the server's id, so that it is found again by it.
 * @throws `guest_design.*`
 */
export function designGuest(input: DesignInput): DomainDescription {
  const { order, host, numa } = input
  if (numa !== null) checkPlacement(numa, order)
  const settings = settingsOf(order.flavor, order.image)
  const machine = machineOf(input, settings)
  const disks = guestDisks(input, machine, settings)
  return {
    type: host.virtType,
    name: `instance-${order.server}`,
    uuid: order.server,
    // libvirt takes one line.
    title: order.name.replaceAll(/\s+/g, ' '),
    metadata: guestMetadata(order),
    memory: order.flavor.memory * 1024,
    ...present('memoryBacking', memoryBacking(numa, settings)),
    ...present('numaTune', numaTune(numa)),
    vcpu: { placement: 'static', count: order.flavor.vcpus },
    ...present('cpuTune', cpuTune(input, settings)),
    sysinfo: sysinfo(input),
    os: guestOs(input, machine, settings),
    features: guestFeatures(machine, settings),
    cpu: guestCpu(input, settings),
    clock: guestClock(input, machine, settings),
    onPoweroff: 'destroy',
    onReboot: 'restart',
    onCrash: 'destroy',
    devices: {
      disks,
      controllers: guestControllers(disks, input, machine, settings),
      interfaces: guestInterfaces(input, settings),
      ...otherDevices(input, machine, settings),
    },
  }
}

/** Every CPU in one node, and all the memory in nodes. */
function checkPlacement({ cells }: NumaPlacement, { flavor }: GuestOrder): void {
  const cpus = cells.flatMap((cell) => cell.cpus).toSorted((a, b) => a - b)
  const memory = cells.reduce((sum, cell) => sum + cell.memoryKib, 0)
  if (cpus.length !== flavor.vcpus || cpus.some((cpu, at) => cpu !== at) || memory !== flavor.memory * 1024)
    throw guestDesignErrors.impossible({ what: 'its NUMA nodes do not make up its CPUs and its memory' })
}

/** The guest's own number, never the host's (Nova's `[libvirt]sysinfo_serial = unique`). */
function sysinfo({ order, host }: DesignInput): NonNullable<DomainDescription['sysinfo']> {
  return {
    type: 'smbios',
    system: [
      { name: 'manufacturer', value: host.product.manufacturer },
      { name: 'product', value: host.product.name },
      { name: 'version', value: host.product.version },
      { name: 'serial', value: order.server },
      { name: 'uuid', value: order.server },
      { name: 'family', value: 'Virtual Machine' },
    ],
  }
}

function present<const K extends string, T>(key: K, value: T | null): { readonly [P in K]?: T } {
  return (value === null ? {} : { [key]: value }) as { readonly [P in K]?: T }
}
