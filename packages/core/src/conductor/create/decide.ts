import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { Decision } from '../../domain/scheduling/decision.ts'
import type { GroupState, PlacedServer, Snapshot } from '../../domain/scheduling/snapshot.ts'
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { GroupRequest, RequestSpec } from '../../domain/request-spec/request-spec.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import { groupPolicyOf, membersOf } from '../../storage/global/server-groups.ts'
import { id, type ConsumerId } from '../../domain/ids.ts'

/**
 * Asks the scheduler for places for equal servers. What it chooses counts as taken from then on, in this process,
 * until it is claimed or `key` decides again.
 */
export async function decideFor(
  deps: ConductorDeps,
  requests: readonly BuildRequest[],
  ignored: readonly HostName[],
  occasion: Occasion,
): Promise<Decision> {
  const seen = await deps.view.snapshot()
  const decision = await decideOn(seen, deps, requests, ignored, occasion)
  if (decision.kind === 'placed') return decision
  // What is known of hosts and zones may be a second old: nobody is refused for that.
  const now = await deps.view.snapshot(occasion.now)
  return now === seen ? decision : decideOn(now, deps, requests, ignored, occasion)
}

export interface Occasion {
  /** What decides: an operation, or one of its servers. */
  readonly key: string
  /** Repeats the decision on an equal snapshot. */
  readonly seed: string
  readonly now: Instant
}

async function decideOn(
  base: Snapshot,
  deps: ConductorDeps,
  requests: readonly BuildRequest[],
  ignored: readonly HostName[],
  { key, seed }: Occasion,
): Promise<Decision> {
  const [first] = requests
  if (first === undefined) throw new RangeError('nothing to decide')
  const group = await groupState(deps, first)
  const snapshot = await withNamedServers(deps, withGroup(base, group), first.blueprint)
  const servers = requests.map((request) => request.server)
  // From here to the end nothing else runs: of decisions made at one time each sees those before it.
  deps.assumptions.forget(key)
  const spec = specOf(deps, first.blueprint, servers, ignored, group)
  const decision = decideBoth(deps, snapshot, spec, seed)
  deps.assumptions.assume(key, decision.choices)
  return decision
}

/** What others have only assumed to have may yet come free: nobody is refused for that, and the claim decides. */
function decideBoth(deps: ConductorDeps, snapshot: Snapshot, spec: RequestSpec, seed: string): Decision {
  const assumed = deps.assumptions.over(snapshot)
  const careful = deps.scheduler.decide(assumed, spec, seed)
  if (careful.kind === 'placed' || assumed === snapshot) return careful
  const bold = deps.scheduler.decide(snapshot, spec, seed)
  return bold.choices.length > careful.choices.length ? bold : careful
}

function specOf(
  deps: ConductorDeps,
  blueprint: ServerBlueprint,
  servers: readonly ServerId[],
  ignored: readonly HostName[],
  group: GroupState | null,
): RequestSpec {
  const { project, user, flavor, image, zone, hints, networks, blockDevices } = blueprint
  const bootFromVolume = blockDevices.some((device) => device.bootIndex === 0 && device.destination === 'volume')
  return {
    project,
    user,
    servers,
    flavor,
    image,
    zone,
    group: group === null ? null : groupRequest(group),
    hints,
    destination: {
      ...(blueprint.requestedHost === null ? {} : { requestedHost: blueprint.requestedHost }),
      ...(blueprint.requestedNode === null ? {} : { requestedNode: blueprint.requestedNode }),
      ignoredHosts: ignored,
      cell: null,
    },
    networks,
    blockDevices,
    bootFromVolume,
    resources: deps.scheduler.translate(flavor, image, { bootFromVolume }),
    internal: {},
  }
}

function groupRequest({ id, policy, level, maxServerPerHost, members }: GroupState): GroupRequest {
  const hosts = [...new Set([...members.values()].filter((host) => host !== null))]
  return { id, policy, level, maxServerPerHost, members: [...members.keys()], hosts }
}

/** The group as it stands in the ledger: a member's host is where its claim is. */
async function groupState(deps: ConductorDeps, request: BuildRequest): Promise<GroupState | null> {
  const { group } = request.blueprint
  if (group === null) return null
  return deps.global.read(async (tx) => {
    const rule = await groupPolicyOf(tx, group)
    if (rule === null) return null
    const known = await membersOf(tx, group)
    const servers = known.map(({ server }) => server)
    const hosts = await placesOfServers(deps, servers)
    // A server that is moved on does not hold itself where it failed.
    const members = new Map(
      servers.map((member) => [member, member === request.server ? null : (hosts.get(member) ?? null)]),
    )
    const partitions = new Map(
      known.flatMap(({ server, partition }) => (partition === null ? [] : [[server, partition] as const])),
    )
    return { id: group, ...rule, members, partitions }
  })
}

async function placesOfServers(
  deps: ConductorDeps,
  servers: readonly ServerId[],
): Promise<ReadonlyMap<ServerId, HostName>> {
  if (servers.length === 0) return new Map()
  const nodes = deps.view.nodes()
  const consumers = servers.map((server) => id<ConsumerId>(server))
  const allocations = await deps.global.read((tx) => deps.ledger.allocationsOf(tx, consumers))
  const places = new Map<ServerId, HostName>()
  for (const { consumer, provider } of allocations) {
    const node = nodes.get(provider)
    if (node !== undefined) places.set(id<ServerId>(consumer), node.host)
  }
  return places
}

function withGroup(base: Snapshot, group: GroupState | null): Snapshot {
  return group === null ? base : { ...base, groups: new Map([[group.id, group]]) }
}

/** Puts the servers that hints name on their hosts, for the filters that look for them there. */
async function withNamedServers(deps: ConductorDeps, base: Snapshot, blueprint: ServerBlueprint): Promise<Snapshot> {
  const named = [...(blueprint.hints.sameHost ?? []), ...(blueprint.hints.differentHost ?? [])]
  if (named.length === 0) return base
  const places = await placesOfServers(deps, named)
  const placed: PlacedServer = { project: blueprint.project, flavor: '', imageProperties: {}, group: null }
  const hosts = base.hosts.map((host) => {
    const here = named.filter((server) => places.get(server) === host.host)
    return here.length === 0 ? host : { ...host, servers: new Map(here.map((server) => [server, placed])) }
  })
  return { ...base, hosts }
}
