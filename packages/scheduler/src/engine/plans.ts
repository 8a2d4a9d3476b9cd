import { siteOf, type Flavor, type RequestSpec, type Resources } from '@novakit/core'
import { destinationRule } from '../decide/destination.ts'
import { activeOf, ask, type Filter } from '../decide/filter.ts'
import { flatAsk } from '../decide/flat-room.ts'
import { endsOf } from '../decide/rank.ts'
import { rulesOf, type Rules } from '../decide/survey.ts'
import type { View } from '../decide/view.ts'
import { takesPart, type WeightedWeigher } from '../decide/weigher.ts'
import type { Policy } from '../policy/policy.ts'
import { openBoard, type Board } from './board.ts'
import { openCrowd, type Crowd } from './crowd.ts'
import { constantColumn, openColumn, type Column } from './column.ts'
import type { Field } from './field.ts'
import { fixedField } from './fixed-field.ts'
import type { Fleet } from './fleet.ts'
import { openGate, viewOf, type Gate, type Rule } from './gate.ts'
import { openLane, type Lane } from './lane.ts'
import { openRefusalBook, type RefusalBook } from './refusal-book.ts'
import { relativeField } from './relative-field.ts'
import { openRoom, type Room } from './room.ts'
import { scanField } from './scan-field.ts'
import { laneTies, type LaneTies } from './ties.ts'

/** What serves all requests of one kind. */
export interface Plan {
  readonly lane: Lane
  readonly board: Board
  /** By index, for as long as the board is indexable. */
  readonly field: Field
  /** By a look at each host. */
  readonly scan: Field
  readonly ties: LaneTies
  /** What a server takes of a host without child providers; null where only a search can tell. */
  readonly resources: Resources | null
  /** What a host must have, as far as it does not hang on the group or on servers by name. */
  rules(): Rules
  /** Called before each use. */
  sync(): void
  /** For when no host of the lane is left, and none was looked at by itself. */
  refusals(): RefusalBook
}

/** Plans by kind of request: requests are of one kind if they are alike in all that filters and weighers read. */
export interface Plans {
  /** Null: the policy has a filter or weigher that takes part and that nothing can be remembered of. */
  of(request: RequestSpec, view: View): Plan | null
  /** Of no server and no group. */
  view(): View
  /** The weighers alone; null likewise. */
  boardOf(request: RequestSpec, view: View): Board | null
}

/** Kinds of requests that are remembered, at least; those asked for longest ago are forgotten. */
const KINDS = 64
/** In a small cloud more of them, as many as this allows for: each costs so much for each host. */
const KINDS_TIMES_HOSTS = 2 ** 20
/** Rules and columns are shared between kinds; when there are so many for a kind, all is forgotten. */
const PARTS_OF_KIND = 16

function kindsFor({ live }: Fleet): number {
  return Math.max(KINDS, Math.min(1024, Math.floor(KINDS_TIMES_HOSTS / (live + 1))))
}

export function openPlans(policy: Policy, fleet: Fleet): Plans {
  const plans = new Map<string, Plan>()
  const boards = new Map<string, Board>()
  const gates = new Map<string, Gate>()
  const rooms = new Map<string, Room>()
  const columns = new Map<string, Column>()
  let crowds = new WeakMap<Board, Crowd>()
  const fixed = policy.normalisation === 'fixed'
  let names = openNames(policy, fleet)
  const forget = (): void => {
    for (const map of [plans, boards, gates, rooms, columns]) map.clear()
    crowds = new WeakMap()
    names = openNames(policy, fleet)
  }
  const gate = (key: string, rule: Rule): Gate => remembered(gates, key, () => openGate(fleet, rule))

  const strandOf = (request: RequestSpec) => (weighted: WeightedWeigher) => {
    const { weigher } = weighted
    const key = weigherKey(weighted, request)
    const column = remembered(columns, key, () =>
      weigher.spot === undefined ? openColumn(fleet, weigher, request) : constantColumn(fleet, weigher.spot.elsewhere),
    )
    return { column, ends: endsOf(weighted, policy) }
  }
  const boardOf = (request: RequestSpec, view: View): Board | null => {
    const weighers = weighersFor(policy, request, view)
    if (weighers.some(({ weigher }) => weigher.reads === undefined && weigher.spot === undefined)) return null
    const key = weighers.map((each) => weigherKey(each, request)).join('\n')
    return remembered(boards, key, () => openBoard(fleet, weighers, strandOf(request), fixed))
  }
  const crowdOf = (board: Board): Crowd => {
    const crowd = crowds.get(board) ?? openCrowd(fleet, board)
    crowds.set(board, crowd)
    return crowd
  }
  const gatesOf = (request: RequestSpec, view: View): readonly Gate[] => {
    const { cell, allowCrossCellMove } = request.destination
    const within = allowCrossCellMove === true ? null : cell
    const destination = destinationRule({ ignoredHosts: [], cell: within })
    const level = levelOf(policy, request, view)
    return [
      gate(`cell ${within}`, { ignoresUsage: true, passes: (host) => destination(host).ok }),
      ...(level === null ? [] : [gate(`level ${level}`, hasSite(level))]),
      ...policy.filters
        .map((filter) => (filter.spot === undefined ? activeOf(filter, request, view) : null))
        .filter((filter) => filter !== null)
        .map((filter) => gate(filterKey(filter, request), ruleOf(filter, request))),
    ]
  }
  const make = (request: RequestSpec, view: View): Plan | null => {
    const active = policy.filters.map((filter) => activeOf(filter, request, view)).filter((each) => each !== null)
    const board = boardOf(request, view)
    if (board === null || active.some(({ reads, spot }) => reads === undefined && spot === undefined)) return null
    const asked = fleet.sharing.length === 0 ? flatAsk(request) : null
    const whole = asked !== null && asked.wanted.every(([, amount]) => Number.isInteger(amount)) ? asked : null
    const rules = rulesOf(policy, request, fleet, viewOf(fleet))
    const rest = whole?.meetsRest ?? null
    const restKey = `rest ${JSON.stringify({ ...request.resources, groups: request.resources.groups.map((group) => ({ ...group, resources: 0 })) })}`
    const lane = openLane(fleet, {
      gates: [
        ...gatesOf(request, view),
        // Of a host with child providers only the search can tell.
        ...(rest === null
          ? []
          : [gate(restKey, { ignoresUsage: true, passes: (host) => host.children.length > 0 || rest(host) })]),
      ],
      rooms: (whole?.wanted ?? []).map(([resourceClass, amount]) => ({
        room: remembered(rooms, resourceClass, () => openRoom(fleet, resourceClass)),
        amount,
      })),
      hasRoom: rules.hasRoom,
    })
    const crowd = fixed ? null : crowdOf(board)
    const field = crowd === null ? fixedField(fleet, lane, board) : relativeField(fleet, lane, board, crowd)
    lane.watch(field)
    const scan = scanField(fleet, lane, board)
    let book: RefusalBook | undefined
    const refusals = (): RefusalBook => (book ??= openRefusalBook(fleet, request, rules))
    const sync = (): void => {
      board.sync()
      crowd?.sync()
      lane.sync()
      field.sync()
    }
    const resources = asked === null ? null : Object.freeze(Object.fromEntries(asked.wanted))
    return { lane, board, field, scan, ties: laneTies(fleet, lane), resources, rules: () => rules, sync, refusals }
  }
  let view = viewOf(fleet)
  let viewIn = -1
  return {
    boardOf,
    view: () => {
      if (viewIn !== fleet.era) view = viewOf(fleet)
      viewIn = fleet.era
      return view
    },
    of: (request, view) => {
      if (gates.size + columns.size > PARTS_OF_KIND * kindsFor(fleet)) forget()
      const name = names.of(request, view)
      const known = plans.get(name)
      if (known !== undefined) {
        plans.delete(name)
        plans.set(name, known)
        return known
      }
      const made = make(request, view)
      if (made === null) return null
      plans.set(name, made)
      const [oldest] = plans.keys()
      if (plans.size > kindsFor(fleet) && oldest !== undefined) plans.delete(oldest)
      return made
    },
  }
}

/** Names kinds of requests. Those whose parts are the very objects of one before are known without being read. */
function openNames(policy: Policy, fleet: Fleet): { of(request: RequestSpec, view: View): string } {
  let seen = new WeakMap<Flavor, Seen[]>()
  let seenIn = -1
  return {
    of: (request, view) => {
      const group = request.group === null ? '' : groupKey(policy, request, view)
      if (fleet.era !== seenIn) {
        seen = new WeakMap()
        seenIn = fleet.era
      }
      const list = seen.get(request.flavor) ?? []
      const before = list.find((each) => each.group === group && isLike(each.request, request))
      if (before !== undefined) return before.name
      const name = `${fleet.sharing.length === 0} ${nameOf(policy, request, view)} ${group}`
      list.unshift({ request, group, name })
      list.length = Math.min(list.length, 8)
      seen.set(request.flavor, list)
      return name
    },
  }
}

interface Seen {
  readonly request: RequestSpec
  readonly group: string
  readonly name: string
}

function isLike(a: RequestSpec, b: RequestSpec): boolean {
  return (
    a.resources === b.resources &&
    a.image === b.image &&
    a.hints === b.hints &&
    a.zone === b.zone &&
    a.project === b.project &&
    a.bootFromVolume === b.bootFromVolume &&
    a.destination.cell === b.destination.cell &&
    a.destination.allowCrossCellMove === b.destination.allowCrossCellMove
  )
}

function nameOf(policy: Policy, request: RequestSpec, view: View): string {
  const { cell, allowCrossCellMove } = request.destination
  const filters = policy.filters.map((filter) => {
    const active = filter.spot === undefined ? activeOf(filter, request, view) : null
    return active === null ? '' : filterKey(active, request)
  })
  const weighers = weighersFor(policy, request, view).map((each) => weigherKey(each, request))
  return JSON.stringify([request.resources, cell, allowCrossCellMove === true, filters, weighers])
}

/** What its group adds to the kind of a request. */
function groupKey(policy: Policy, request: RequestSpec, view: View): string {
  let key = JSON.stringify(levelOf(policy, request, view))
  for (const { weigher } of policy.weighers) {
    if (weigher.spot !== undefined && takesPart(weigher, request, view)) key += ` ${weigher.name}`
  }
  return key
}

function filterKey(filter: Filter, request: RequestSpec): string {
  return `${filter.name} ${JSON.stringify(filter.reads?.(request) ?? null)}`
}

function weigherKey({ weigher, multiplier }: WeightedWeigher, request: RequestSpec): string {
  return `${weigher.name} ${multiplier} ${JSON.stringify(weigher.reads?.(request) ?? null)}`
}

/** Those that take part, and do not count 0 everywhere. */
function weighersFor(policy: Policy, request: RequestSpec, view: View): readonly WeightedWeigher[] {
  return policy.weighers.filter(({ weigher, multiplier }) => {
    const { option } = weigher
    const counts = multiplier !== 0 || (option !== undefined && view.aggregates.someKey((key) => key === option))
    return counts && takesPart(weigher, request, view)
  })
}

/** The level of the group, if a filter counts by it. */
function levelOf(policy: Policy, request: RequestSpec, view: View): string | null {
  const { group } = request
  if (group === null || group.level === null) return null
  const counts = policy.filters.some(
    (filter) => filter.spot?.servers(request) === 'group' && activeOf(filter, request, view) !== null,
  )
  return counts ? group.level : null
}

function hasSite(level: string): Rule {
  return {
    ignoresUsage: true,
    passes: (host, { aggregates }) => siteOf(level, host.host, aggregates.of(host)) !== null,
  }
}

function ruleOf(filter: Filter, request: RequestSpec): Rule {
  return {
    ignoresUsage: filter.ignoresUsage === true,
    passes: (host, view) => ask(filter, host, request, view).ok,
  }
}

function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const before = known.get(key)
  if (before !== undefined) return before
  const made = make()
  known.set(key, made)
  return made
}
