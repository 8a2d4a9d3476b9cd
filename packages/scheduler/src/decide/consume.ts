import type {
  Candidate,
  GroupState,
  HostState,
  InventoryUsage,
  PlacedServer,
  ProviderId,
  ProviderState,
  RequestSpec,
  Resources,
  ServerId,
  Snapshot,
} from '@novakit/core'

import { takeHardware } from '../hardware/take-hardware.ts'

type Allocations = ReadonlyMap<ProviderId, Resources>

/**
 * The snapshot as it will be once a server is where it was decided to go; what did not change is shared with the old
 * one. The version stays, so the result is for questions of what would be, not for those who follow the source.
 */
export function consume(snapshot: Snapshot, request: RequestSpec, server: ServerId, chosen: Candidate): Snapshot {
  return {
    ...snapshot,
    hosts: snapshot.hosts.map((host) =>
      host.provider === chosen.provider ? consumeHost(host, request, server, chosen.allocations) : host,
    ),
    sharing: consumeSharing(snapshot.sharing, chosen.allocations),
    groups: consumeGroups(snapshot.groups, request, server, chosen),
  }
}

/** The host with a server more, on its NUMA cells and devices too. It is at work on a build, so it has one more I/O-heavy operation as well. */
export function consumeHost(
  host: HostState,
  request: RequestSpec,
  server: ServerId,
  allocations: Allocations,
): HostState {
  const placed: PlacedServer = {
    project: request.project,
    flavor: request.flavor.name,
    imageProperties: request.image?.properties ?? {},
    group: request.group?.id ?? null,
  }
  return {
    ...host,
    inventories: use(host.inventories, allocations.get(host.provider)),
    children: consumeSharing(host.children, allocations),
    servers: new Map(host.servers).set(server, placed),
    stats: { ...host.stats, ioOps: host.stats.ioOps + 1 },
    hypervisor: takeHardware(host, request),
  }
}

/** The very same list if none of its providers is drawn on. */
export function consumeSharing(
  providers: readonly ProviderState[],
  allocations: Allocations,
): readonly ProviderState[] {
  if (!providers.some((each) => allocations.has(each.id))) return providers
  return providers.map((each) =>
    allocations.has(each.id) ? { ...each, inventories: use(each.inventories, allocations.get(each.id)) } : each,
  )
}

function use(
  inventories: ReadonlyMap<string, InventoryUsage>,
  resources: Resources | undefined,
): ReadonlyMap<string, InventoryUsage> {
  if (resources === undefined) return inventories
  const after = new Map(inventories)
  for (const [resourceClass, amount] of Object.entries(resources)) {
    const inventory = after.get(resourceClass)
    if (inventory !== undefined) after.set(resourceClass, { ...inventory, used: inventory.used + amount })
  }
  return after
}

function consumeGroups(
  groups: Snapshot['groups'],
  { group, hints }: RequestSpec,
  server: ServerId,
  chosen: Candidate,
): Snapshot['groups'] {
  if (group === null) return groups
  const { id, policy, level, maxServerPerHost } = group
  const none: GroupState = { id, policy, level, maxServerPerHost, members: new Map(), partitions: new Map() }
  const before = groups.get(id) ?? none
  const members = new Map(before.members).set(server, chosen.host)
  const partitions =
    hints.partition === undefined ? before.partitions : new Map(before.partitions).set(server, hints.partition)
  return new Map(groups).set(id, { ...before, members, partitions })
}
