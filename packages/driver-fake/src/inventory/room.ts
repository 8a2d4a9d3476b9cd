import type { GuestRecord } from '../world/guest-record.ts'
import type { NodeInventory, ProviderId, SpawnOrder } from '@novakit/core'
import { capacityOf } from '@novakit/core'
import { fakeErrors } from '../errors.ts'

export interface Footprint {
  readonly VCPU: number
  readonly MEMORY_MB: number
  readonly DISK_GB: number
}

/** What a guest takes up, running or not: what was claimed for it stays its own while it is stopped. */
export function footprintOf(order: Pick<SpawnOrder, 'flavor' | 'disks'>): Footprint {
  const local = order.disks.filter((disk) => disk.role !== 'volume')
  const gibibytes = local.reduce((sum, disk) => sum + (disk.size ?? 0), 0)
  return { VCPU: order.flavor.vcpus, MEMORY_MB: order.flavor.memory, DISK_GB: gibibytes }
}

/**
 * Checks that the order fits beside the guests that are there, counting the whole tree of the node.
 * @throws `fake.no_room`, `fake.device_taken`
 */
export function checkRoom(node: NodeInventory, there: readonly GuestRecord[], order: SpawnOrder): void {
  const taken = there.flatMap((guest) => footprints(guest))
  for (const [name, asked] of Object.entries(footprintOf(order)) as [keyof Footprint, number][]) {
    const used = taken.reduce((sum, one) => sum + one[name], 0)
    const free = capacityIn(node, name) - used
    if (asked > free) throw fakeErrors.no_room({}, { detail: { resourceClass: name, asked, free, node: node.node } })
  }
  checkDevices(node, there, order)
}

function footprints(guest: GuestRecord): readonly Footprint[] {
  const mine = guest.defined || guest.disks.length > 0 ? [guest.footprint] : []
  return guest.kept === null ? mine : [...mine, ...footprints(guest.kept)]
}

function capacityIn(node: NodeInventory, resourceClass: string): number {
  return node.providers.reduce((sum, { inventories }) => {
    const inventory = inventories[resourceClass]
    return inventory === undefined ? sum : sum + capacityOf(inventory)
  }, 0)
}

/** A child provider of one unit is a device: a second guest with it means that somebody gave it away twice. */
function checkDevices(node: NodeInventory, there: readonly GuestRecord[], order: SpawnOrder): void {
  const held = new Set(there.flatMap((guest) => guest.devices))
  const units = (provider: ProviderId): number => {
    const found = node.providers.find((one) => one.id === provider && one.parent !== null)
    return Math.max(0, ...Object.values(found?.inventories ?? {}).map(capacityOf))
  }
  for (const device of devicesOf(order)) {
    if (units(device) === 1 && held.has(device)) throw fakeErrors.device_taken({}, { detail: { device } })
  }
}

/** Every provider that the order names. */
export function devicesOf(order: Pick<SpawnOrder, 'allocations'>): readonly ProviderId[] {
  return [...new Set([...order.allocations.values()].flat())]
}
