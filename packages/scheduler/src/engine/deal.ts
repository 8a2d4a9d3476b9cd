import type { Candidate, Choice, DecisionOverlay, HostState, RequestSpec, ServerId } from '@novakit/core'
import { consumeHost } from '../decide/consume.ts'
import { isForced } from '../decide/destination.ts'
import { activeOf, type Filter } from '../decide/filter.ts'
import { choose } from '../decide/pick.ts'
import { candidateOf } from './candidate.ts'
import { measuresOf, noMeasures } from './measures.ts'
import { choiceStream, lazyStreamOf } from '../decide/stream.ts'
import { rulesOf, type Rules } from '../decide/survey.ts'
import type { View } from '../decide/view.ts'
import type { Policy } from '../policy/policy.ts'
import type { Board, Measure } from './board.ts'
import type { Field } from './field.ts'
import { ANY, type Fleet } from './fleet.ts'
import { slotOrder, type SlotOrder, type Standing } from './order.ts'
import { overlaid, slotsAtSite } from './overlay.ts'
import type { Plan, Plans } from './plans.ts'
import { judge, single, weigh, type Single } from './singles.ts'

/**
 * The choices for the servers of a request, up to the first that finds no place: those that `decide` makes. Null where
 * the engine cannot tell and `decide` has to.
 */
export function deal(
  policy: Policy,
  fleet: Fleet,
  plans: Plans,
  request: RequestSpec,
  seed: string,
  over: DecisionOverlay,
): readonly Choice[] | null {
  const table = openTable(policy, fleet, plans, request, over)
  if (table === null) return null
  try {
    return request.servers.length === 1 ? dealOne(table, seed) : dealAll(table, seed)
  } finally {
    table.close()
  }
}

function dealOne(table: Table, seed: string): readonly Choice[] {
  const server = table.request.servers[0] as ServerId
  const standing = table.stand(server)
  const slot = chooseSlot(table, standing, server, seed)
  if (slot === null) return []
  const chosen = table.candidate(slot, standing)
  const alternates = alternatesFrom(table, standing, server, seed, fleetCell(table, slot), new Set([slot]))
  return [{ server, chosen, alternates }]
}

function dealAll(table: Table, seed: string): readonly Choice[] {
  const found: (Omit<Choice, 'alternates'> & { readonly slot: number })[] = []
  for (const server of table.request.servers) {
    const standing = table.stand(server)
    const slot = chooseSlot(table, standing, server, seed)
    if (slot === null) break
    const chosen = table.candidate(slot, standing)
    table.place(server, slot, chosen)
    found.push({ server, chosen, slot })
  }
  const taken = new Set(found.map(({ slot }) => slot))
  return found.map(({ server, chosen, slot }) => ({
    server,
    chosen,
    alternates: alternatesFrom(table, table.stand(server), server, seed, fleetCell(table, slot), taken),
  }))
}

function fleetCell({ fleet }: Table, slot: number): number {
  return fleet.cellCount > 1 ? (fleet.cells[slot] as number) : ANY
}

function chooseSlot(table: Table, standing: Standing, server: ServerId, seed: string): number | null {
  if (standing.count === 0) return null
  const stream = choiceStream(seed, server)
  const order = table.order(standing, stream, { cell: ANY, taken: new Set() })
  const slot = choose(order, table.policy, stream)
  order.close()
  return slot
}

function alternatesFrom(
  table: Table,
  standing: Standing,
  server: ServerId,
  seed: string,
  cell: number,
  taken: ReadonlySet<number>,
): readonly Candidate[] {
  const wanted = table.policy.maxAttempts - 1
  if (wanted === 0 || standing.count === 0) return []
  const stream = lazyStreamOf(`${seed}/${server}/alternates`)
  const order = table.order(standing, stream, { cell, taken })
  const alternates: Candidate[] = []
  while (alternates.length < wanted) {
    const slot = order.next()
    if (slot === null) break
    alternates.push(table.candidate(slot, standing))
  }
  order.close()
  return alternates
}

/** One decision under way. */
interface Table {
  readonly policy: Policy
  readonly fleet: Fleet
  readonly request: RequestSpec
  /** The hosts that can take the server now. */
  stand(server: ServerId): Standing
  order(
    standing: Standing,
    stream: { below(below: number): number },
    options: Parameters<typeof slotOrder>[5],
  ): SlotOrder
  candidate(slot: number, standing: Standing): Candidate
  /** Takes the server's resources from the host. */
  place(server: ServerId, slot: number, chosen: Candidate): void
  /** Leaves the plan as it was. */
  close(): void
}

function openTable(
  policy: Policy,
  fleet: Fleet,
  plans: Plans,
  request: RequestSpec,
  over: DecisionOverlay,
): Table | null {
  const multiple = request.servers.length > 1
  const shares = fleet.sharing.length > 0
  if (request.servers.length === 0 || (shares && (multiple || over.withoutHeld === true))) return null
  const rebuild = request.internal.checkType === 'rebuild'
  const named = namedSlots(fleet, request)
  if (rebuild && named === null) return null
  const overlay = overlaid(fleet, over)
  const made = new Map<object, unknown>()
  const { aggregates } = fleet
  const members = overlay.group(request, aggregates)
  const group = members?.group ?? null
  const viewFor = (server: ServerId): View => ({
    server,
    group,
    aggregates,
    // Whoever reads them declares nothing, and is asked without an engine.
    hosts: [],
    once: <T>(key: object, make: () => T): T => {
      if (!made.has(key)) made.set(key, make())
      return made.get(key) as T
    },
  })
  const first = viewFor(request.servers[0] as ServerId)
  const plan = named === null ? plans.of(request, first) : null
  const board = plan === null ? plans.boardOf(request, first) : plan.board
  if (board === null || (named === null && plan === null)) return null
  if (named !== null && !policy.filters.every(isKnown)) return null
  if (plan === null) board.sync()
  else plan.sync()

  let asked: Rules | undefined
  const rules = (): Rules => (asked ??= rulesOf(policy, request, fleet, first))
  const filters = named === null ? policy.filters : rules().filters
  const spots = filters.filter((each) => each.spot !== undefined && activeOf(each, request, first) !== null)
  const court = { rules, spots, board, request, first }
  const singles = new Map<number, Single>()
  const leftOut: number[] = []
  const leaveOut = (slot: number): void => {
    if (plan?.lane.leaveOut(slot) === true) leftOut.push(slot)
  }
  const setApart = (slot: number, host: HostState): Single => {
    const usual = plan !== null && host === fleet.hosts[slot] ? plan.lane.has(slot) : null
    const made = single(slot, host, usual)
    leaveOut(slot)
    singles.set(slot, made)
    return made
  }
  const setAllApart = (slots: Iterable<number>): void => {
    for (const slot of slots) {
      const host = overlay.hostAt(slot)
      if (host !== null && (named === null || named.has(slot)) && !singles.has(slot)) setApart(slot, host)
    }
  }
  const settled = spots.length === 0 && board.strands.every(({ weigher }) => weigher.spot === undefined)
  for (const name of request.destination.ignoredHosts) fleet.places.ofHost(name).forEach(leaveOut)
  const atSites = settled ? [] : (members?.slots ?? [])
  for (const slots of [named ?? [], overlay.changed, atSites, spotSlots(fleet, spots, request)]) {
    setAllApart(slots)
  }

  const resources = plan?.resources ?? null
  let latest: Standing | null = null
  const hostAt = (slot: number): HostState => singles.get(slot)?.host ?? (fleet.hosts[slot] as HostState)
  return {
    policy,
    fleet,
    request,
    stand: (server) => {
      if (latest !== null && settled) return latest
      const view = viewFor(server)
      const passing: Single[] = []
      for (const each of singles.values()) {
        if (!settled || !each.judged) judge(each, court, view)
        if (each.passes) passing.push(each)
      }
      const open = plan !== null && spots.every(({ spot }) => spot?.elsewhere(request, view) === true)
      return (latest = standingOf(policy, board, open ? plan : null, passing))
    },
    order: (standing, stream, options) => slotOrder(fleet, plan, standing, policy, stream, options),
    candidate: (slot, standing) => candidateOf(hostAt(slot), resources, rules, standing.weightAt(slot)),
    place: (server, slot, chosen) => {
      latest = null
      const consumed = consumeHost(hostAt(slot), request, server, chosen.allocations)
      const placed = singles.get(slot) ?? setApart(slot, consumed)
      // What is asked once has been answered before.
      placed.eligible = true
      placed.usual = null
      placed.host = consumed
      placed.judged = false
      group?.add(server, chosen.host)
      if (group !== null && !settled) {
        setAllApart(slotsAtSite(fleet, group, consumed))
      }
    },
    close: () => plan?.lane.putBack(leftOut),
  }
}

function isKnown(filter: Filter): boolean {
  return filter.reads !== undefined || filter.spot !== undefined
}

/** The only hosts that a request may go to, if it names any. */
function namedSlots(fleet: Fleet, { destination }: RequestSpec): ReadonlySet<number> | null {
  const { requestedHost, requestedNode, forcedHosts = [], forcedNodes = [] } = destination
  const { places } = fleet
  if (requestedHost !== undefined) return new Set(places.ofHost(requestedHost))
  if (requestedNode !== undefined) return new Set(places.ofNode(requestedNode))
  if (!isForced(destination)) return null
  if (forcedHosts.length > 0) return new Set(forcedHosts.flatMap((host) => places.ofHost(host)))
  return new Set(forcedNodes.flatMap((node) => places.ofNode(node)))
}

/** Hosts that hold servers which filters look for by name. */
function spotSlots(fleet: Fleet, spots: readonly Filter[], request: RequestSpec): readonly number[] {
  const servers = spots.flatMap(({ spot }) => {
    const asked = spot?.servers(request) ?? []
    return asked === 'group' ? [] : asked
  })
  return servers.length === 0 || !fleet.showsServers ? [] : servers.flatMap((server) => fleet.places.ofServer(server))
}

function standingOf(policy: Policy, board: Board, plan: Plan | null, singles: readonly Single[]): Standing {
  const inLane = plan?.lane.count ?? 0
  const count = inLane + singles.length
  const fields = plan === null || inLane === 0 ? [null] : board.indexable ? [plan.field, plan.scan] : [plan.scan]
  if (count <= 1) return loneStanding(board, fields[0] ?? null, singles, count)
  for (const field of fields) {
    const measures = measuresOf(board, field, singles, count)
    if (field === null || field.takes(measures)) return openStanding(policy, board, field, singles, count, measures)
  }
  throw new RangeError('a look at each host takes any measures')
}

function loneStanding(board: Board, field: Field | null, singles: readonly Single[], count: number): Standing {
  for (const each of singles) each.weight = 0
  field?.open(noMeasures(board))
  return { count, field, singles, top: 0, weightAt: () => 0 }
}

function openStanding(
  { shuffleBest }: Policy,
  board: Board,
  field: Field | null,
  singles: readonly Single[],
  count: number,
  measures: readonly Measure[],
): Standing {
  for (const each of singles) weigh(each, board, measures)
  field?.open(measures)
  const most = singles.reduce((best, { weight }) => Math.max(best, weight), Number.NEGATIVE_INFINITY)
  return {
    count,
    field,
    singles,
    top: shuffleBest ? Math.max(most, field?.best(ANY) ?? most) : Number.NaN,
    weightAt: (slot) => singles.find((each) => each.slot === slot)?.weight ?? board.weightAt(slot, measures),
  }
}
