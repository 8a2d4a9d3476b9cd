import type { Cells } from '../../cells/cells.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ClusterView } from './cluster-view.ts'
import type { ConsumerId, HostName, ServerGroupId, ServerId } from '../../domain/ids.ts'
import type { GlobalStore } from '../../ports/storage.ts'
import type { GroupState } from '../../domain/scheduling/snapshot.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { PlacementLedger } from '../../ports/placement.ts'
import { elapsed, seconds } from '../../domain/unit/units.ts'
import { groupPolicyOf, membersOf } from '../../storage/global/server-groups.ts'
import { id } from '../../domain/ids.ts'
import { openResizesOf } from '../../storage/cell/open-resizes.ts'

export interface GroupViewDeps {
  readonly cells: Pick<Cells, 'ask'>
  readonly global: GlobalStore
  readonly ledger: PlacementLedger
  readonly view: Pick<ClusterView, 'nodes'>
  readonly clock: Clock
}

/** Where the members of server groups are, as the ledger says and as this process has decided since. The guards of a claim decide. */
export interface GroupView {
  /** Null for a group that is gone. With `since`, what is known is from after that. */
  state(group: ServerGroupId, since?: Instant): Promise<GroupState | null>
  /** What this process has decided for a member; null: that it is nowhere. */
  put(group: ServerGroupId, server: ServerId, place: MemberPlace | null): void
  /** Asks the ledger again before the next answer. */
  forget(group: ServerGroupId): void
  /** Where servers have their claims. Those that have none are not in it. */
  places(servers: readonly ServerId[]): Promise<ReadonlyMap<ServerId, HostName>>
}

export interface MemberPlace {
  readonly host: HostName
  readonly partition: string | null
}

interface Known {
  readonly readAt: Instant
  readonly rule: Omit<GroupState, 'members' | 'partitions'>
  readonly members: Map<ServerId, HostName | null>
  readonly partitions: Map<ServerId, string>
}

interface Reading {
  readonly group: ServerGroupId
  readonly meanwhile: (readonly [ServerId, MemberPlace | null])[]
}

function putInto({ members, partitions }: Known, server: ServerId, place: MemberPlace | null): void {
  const { host = null, partition = null } = place ?? {}
  members.set(server, host)
  if (partition !== null) partitions.set(server, partition)
}

/** What others decide meanwhile shows when a guard refuses. */
const KNOWN_FOR = seconds(1)
const MOST = 5000

export function groupView(deps: GroupViewDeps): GroupView {
  const { global, ledger, clock } = deps
  const groups = new Map<ServerGroupId, Known>()
  const readings = new Set<Reading>()

  const places = async (servers: readonly ServerId[]): Promise<ReadonlyMap<ServerId, HostName>> => {
    if (servers.length === 0) return new Map()
    const nodes = deps.view.nodes()
    const consumers = servers.map((server) => id<ConsumerId>(server))
    const allocations = await global.read((tx) => ledger.allocationsOf(tx, consumers))
    const found = new Map<ServerId, HostName>()
    for (const { consumer, provider } of allocations) {
      const node = nodes.get(provider)
      if (node !== undefined) found.set(id<ServerId>(consumer), node.host)
    }
    return found
  }

  /** Places to which servers that were resized may come back: their migrations hold them, and count as members there. */
  const keptPlaces = async (
    hosts: ReadonlyMap<ServerId, HostName>,
  ): Promise<readonly (readonly [ServerId, HostName])[]> => {
    if (hosts.size === 0) return []
    const answers = await deps.cells.ask((tx) => openResizesOf(tx, [...hosts.keys()]))
    const open = answers.flatMap((answer) => (answer.kind === 'ok' ? [...answer.value.values()] : []))
    const elsewhere = open.filter(({ server, source }) => source.host !== hosts.get(server))
    return elsewhere.map((one) => [id<ServerId>(one.id), one.source.host] as const)
  }

  const read = async (group: ServerGroupId): Promise<Known | null> => {
    const readAt = clock.now()
    const [policy, members] = await global.read(
      async (tx) => [await groupPolicyOf(tx, group), await membersOf(tx, group)] as const,
    )
    if (policy === null) return null
    const hosts = await places(members.map(({ server }) => server))
    const kept = policy.policy === 'anti-affinity' ? await keptPlaces(hosts) : []
    return {
      readAt,
      rule: { id: group, ...policy },
      members: new Map([...members.map(({ server }) => [server, hosts.get(server) ?? null] as const), ...kept]),
      partitions: new Map(
        members.flatMap(({ server, partition }) => (partition === null ? [] : [[server, partition]])),
      ),
    }
  }

  /** What is decided while a group is being read counts over what was read. */
  const readOnce = (group: ServerGroupId): Promise<Known | null> => {
    const meanwhile: (readonly [ServerId, MemberPlace | null])[] = []
    const reading: Reading = { group, meanwhile }
    readings.add(reading)
    return read(group)
      .then((now) => {
        if (now !== null) for (const [server, place] of meanwhile) putInto(now, server, place)
        return now
      })
      .finally(() => readings.delete(reading))
  }

  const known = async (group: ServerGroupId, since: Instant | undefined): Promise<Known | null> => {
    const before = groups.get(group)
    const fresh = before !== undefined && elapsed(before.readAt, clock.now()) < KNOWN_FOR
    if (fresh && (since === undefined || before.readAt > since)) return before
    const now = await readOnce(group)
    groups.delete(group)
    if (now === null) return null
    groups.set(group, now)
    if (groups.size > MOST) groups.delete(groups.keys().next().value as ServerGroupId)
    return now
  }

  return {
    places,
    state: async (group, since) => {
      const it = await known(group, since)
      if (it === null) return null
      return { ...it.rule, members: new Map(it.members), partitions: new Map(it.partitions) }
    },
    forget: (group) => void groups.delete(group),
    put: (group, server, place) => {
      const it = groups.get(group)
      if (it !== undefined) putInto(it, server, place)
      for (const reading of readings) if (reading.group === group) reading.meanwhile.push([server, place])
    },
  }
}
