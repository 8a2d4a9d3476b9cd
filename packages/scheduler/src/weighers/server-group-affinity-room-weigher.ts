import {
  capacityOf,
  type HostState,
  type InventoryUsage,
  type RequestSpec,
  type Resources,
  type Site,
} from '@novakit/core'
import type { GroupView } from '../decide/group.ts'
import type { Weigher } from '../decide/weigher.ts'
import type { View } from '../decide/view.ts'

/**
 * Where the first server of a group goes that is to stay together in an aggregate of its level: the more such servers
 * the aggregate has room for the better, as more of them will come and none of them can go elsewhere. Nova has no levels.
 */
export const serverGroupAffinityRoomWeigher: Weigher = {
  name: 'ServerGroupAffinityRoomWeigher',
  multiplier: 1000,
  min: 0,
  scale: [0, 1000],
  applies: ({ group }) => group?.policy === 'affinity' && group.level !== null,
  score: (host, request, view) => {
    const site = view.group?.siteOf(host) ?? null
    return site === null || isSettled(view) ? 0 : (roomsIn(request, view).get(site) ?? 0)
  },
}

/** The others go where the first went. */
function isSettled({ group }: View): boolean {
  return group === null || group.sites.size > 0
}

/** Counted once for the hosts as they are now. */
function roomsIn(request: RequestSpec, view: View): ReadonlyMap<Site, number> {
  const counted = view.once(serverGroupAffinityRoomWeigher, () => new WeakMap<object, ReadonlyMap<Site, number>>())
  const { hosts, group } = view
  const rooms = counted.get(hosts) ?? (group === null ? new Map() : count(hosts, group, wanted(request)))
  counted.set(hosts, rooms)
  return rooms
}

function count(hosts: readonly HostState[], group: GroupView, amounts: Resources): ReadonlyMap<Site, number> {
  const rooms = new Map<Site, number>()
  for (const host of hosts) {
    const site = group.siteOf(host)
    if (site === null || !host.enabled || !host.up || !host.reachable) continue
    rooms.set(site, (rooms.get(site) ?? 0) + timesIn(host, amounts))
  }
  return rooms
}

/** How many such servers a host has room for. */
function timesIn({ inventories, children }: HostState, amounts: Resources): number {
  const providers = [inventories, ...children.map((child) => child.inventories)]
  const times = Object.entries(amounts).map(([resourceClass, amount]) => {
    const free = providers.reduce((sum, each) => sum + freeOf(each.get(resourceClass)), 0)
    return Math.floor(free / amount)
  })
  return times.length === 0 ? 1 : Math.max(0, Math.min(...times))
}

function freeOf(inventory: InventoryUsage | undefined): number {
  return inventory === undefined ? 0 : Math.max(0, capacityOf(inventory) - inventory.used)
}

/** All groups of the request together. */
function wanted({ resources }: RequestSpec): Resources {
  const sums: Record<string, number> = {}
  for (const { resources: amounts } of resources.groups)
    for (const [name, amount] of Object.entries(amounts)) if (amount > 0) sums[name] = (sums[name] ?? 0) + amount
  return sums
}
