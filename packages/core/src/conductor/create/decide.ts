import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { Decision } from '../../domain/scheduling/decision.ts'
import type { DecisionOverlay } from '../../ports/scheduler.ts'
import type { GroupRequest, RequestSpec } from '../../domain/request-spec/request-spec.ts'
import type { GroupState, PlacedServer } from '../../domain/scheduling/snapshot.ts'
import type { CellId, HostName, ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'

export interface Occasion {
  /** What decides: an operation, or one of its servers. */
  readonly key: string
  /** Repeats the decision on an equal cluster. */
  readonly seed: string
  /** Only there. */
  readonly cell?: CellId | null
  /** It is judged where it is, and claims nothing. */
  readonly checkType?: 'rebuild'
}

/**
 * Asks the scheduler for places for equal servers. What it chooses counts as taken from then on, in this process,
 * until the ledger shows it or `key` decides again.
 */
export async function decideFor(
  deps: ConductorDeps,
  requests: readonly BuildRequest[],
  ignored: readonly HostName[],
  occasion: Occasion,
): Promise<Decision> {
  // By the clock that says when something was last asked.
  const since = deps.clock.now()
  const quick = await decideOn(deps, requests, ignored, occasion)
  if (quick.kind === 'placed') return quick
  // What is known may be a moment old: nobody is refused for that.
  const careful = await decideOn(deps, requests, ignored, occasion, since)
  if (careful.kind === 'placed') return careful
  // What others have only decided on may yet come free: nobody is refused for that either, and the claim decides.
  const bold = await decideOn(deps, requests, ignored, occasion, undefined, true)
  if (bold.choices.length > careful.choices.length) return bold
  take(deps, requests, occasion.key, careful)
  return careful
}

async function decideOn(
  deps: ConductorDeps,
  requests: readonly BuildRequest[],
  ignored: readonly HostName[],
  occasion: Occasion,
  since?: Instant,
  withoutHeld = false,
): Promise<Decision> {
  const [first] = requests
  if (first === undefined) throw new RangeError('nothing to decide')
  const { blueprint } = first
  const { key, seed } = occasion
  const looks = await deps.view.current(since)
  const group = blueprint.group === null ? null : await deps.groups.state(blueprint.group, since)
  const named = await namedServers(deps, blueprint)
  // From here to the end nothing else runs: of decisions made at one time each sees those before it.
  deps.holds.shown(looks)
  deps.holds.drop(key)
  const moving = group === null ? null : withoutThose(group, requests)
  const over: DecisionOverlay = {
    withoutHeld,
    ...(moving === null ? {} : { group: moving }),
    ...(named === null ? {} : { namedServers: named }),
  }
  const spec = specOf(deps, blueprint, requests, ignored, moving, occasion)
  const decision = deps.view.engine.decide(spec, seed, over)
  take(deps, requests, key, decision)
  return decision
}

/** What is chosen counts from now on. */
function take(deps: ConductorDeps, requests: readonly BuildRequest[], key: string, { choices }: Decision): void {
  deps.holds.hold(key, choices)
  const group = requests[0]?.blueprint.group ?? null
  if (group === null) return
  for (const { server, chosen } of choices) {
    const partition = requests.find((request) => request.server === server)?.blueprint.hints.partition ?? null
    deps.groups.put(group, server, { host: chosen.host, partition })
  }
}

/** A server that is moved on does not hold itself where it failed. */
function withoutThose(group: GroupState, requests: readonly BuildRequest[]): GroupState {
  const members = new Map(group.members)
  for (const { server } of requests) members.set(server, null)
  return { ...group, members }
}

function specOf(
  deps: ConductorDeps,
  blueprint: ServerBlueprint,
  requests: readonly BuildRequest[],
  ignored: readonly HostName[],
  group: GroupState | null,
  { cell = null, checkType }: Occasion,
): RequestSpec {
  const { project, user, flavor, image, zone, hints, networks, blockDevices } = blueprint
  const bootFromVolume = blockDevices.some((device) => device.bootIndex === 0 && device.destination === 'volume')
  return {
    project,
    user,
    servers: requests.map((request) => request.server),
    flavor,
    image,
    zone,
    group: group === null ? null : groupRequest(group),
    hints,
    destination: {
      ...(blueprint.requestedHost === null ? {} : { requestedHost: blueprint.requestedHost }),
      ...(blueprint.requestedNode === null ? {} : { requestedNode: blueprint.requestedNode }),
      ignoredHosts: ignored,
      cell,
    },
    networks,
    blockDevices,
    bootFromVolume,
    resources: deps.scheduler.translate(flavor, image, {
      bootFromVolume,
      project,
      zone,
      aggregates: deps.view.aggregates(),
    }),
    internal: checkType === undefined ? {} : { checkType },
  }
}

function groupRequest({ id, policy, level, maxServerPerHost, members }: GroupState): GroupRequest {
  const hosts = [...new Set([...members.values()].filter((host) => host !== null))]
  return { id, policy, level, maxServerPerHost, members: [...members.keys()], hosts }
}

/** The servers that hints name, on their hosts, for the filters that look for them there. */
async function namedServers(
  deps: ConductorDeps,
  blueprint: ServerBlueprint,
): Promise<ReadonlyMap<HostName, ReadonlyMap<ServerId, PlacedServer>> | null> {
  const named = [...(blueprint.hints.sameHost ?? []), ...(blueprint.hints.differentHost ?? [])]
  if (named.length === 0) return null
  const placed: PlacedServer = { project: blueprint.project, flavor: '', imageProperties: {}, group: null }
  const hosts = new Map<HostName, Map<ServerId, PlacedServer>>()
  for (const [server, host] of await deps.groups.places(named)) {
    hosts.set(host, new Map([...(hosts.get(host) ?? []), [server, placed]]))
  }
  return hosts
}
