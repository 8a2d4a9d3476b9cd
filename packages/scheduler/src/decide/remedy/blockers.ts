import type { ClassShortage, Shortage } from '@novakit/placement/candidates'
import type { HostState, ProviderId, Reason, RequestSpec, ServerId } from '@novakit/core'
import { ask } from '../filter.ts'
import { rulesOf, type Rules } from '../survey.ts'
import { openWorld, type View } from '../view.ts'
import { applyRemedy, type Case } from './apply.ts'
import { keyOf, type RemedyChange, type RemedyTarget } from './change.ts'

/** The rules of a case as they stand for one of its servers. */
export interface Court {
  readonly rules: Rules
  readonly view: View
  readonly request: RequestSpec
}

export function openCourt({ policy, snapshot, request }: Case, server: ServerId): Court {
  const world = openWorld(snapshot, request)
  const view = world.viewFor(server)
  return { rules: rulesOf(policy, request, world, view), view, request }
}

/** What stands between one host and a server: what it takes for all stages to let it pass; null where nobody knows. */
export function blockersOf(given: Case, host: HostState, server: ServerId): readonly RemedyChange[] | null {
  let changes: readonly RemedyChange[] = []
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const now = applyRemedy(given, changes)
    const subject = now.snapshot.hosts.find((each) => each.provider === host.provider)
    const more = subject === undefined ? null : askedOf(openCourt(now, server), subject, changes)
    if (more === null) return null
    if (more.length === 0) return changes
    changes = joined(changes, more)
  }
  return null
}

/** A change may uncover another shortage, as when there is an inventory at last and it is too small. */
const ROUNDS_MAX = 12

/** What the stages that refuse the host ask for; none where all let it pass, null where one cannot be helped. */
export function askedOf(
  { rules, view, request }: Court,
  host: HostState,
  tried: readonly RemedyChange[],
): readonly RemedyChange[] | null {
  const target: RemedyTarget = { node: host.provider, host: host.host, nodeName: host.node }
  if (!host.reachable) return [{ ...target, kind: 'reach' }]
  if (!rules.destination(host).ok) {
    return tried.some(({ kind }) => kind === 'destination') ? null : [{ ...target, kind: 'destination' }]
  }
  const found = rules.filters.flatMap((filter) => {
    const verdict = ask(filter, host, request, view)
    return verdict.ok ? [] : filterChanges(host, filter.name, verdict.reason, target, tried)
  })
  const room = rules.room(host)
  const short = 'candidate' in room ? [] : roomChanges(host, request, room.shortage, target)
  // What a filter asks for may be what is short: it is looked at again once that is given.
  if (found.length > 0) return short === null ? null : found
  return short
}

/** What a filter's reason says of resources can be freed; what it says of the host itself can be set right. */
function filterChanges(
  host: HostState,
  filter: string,
  reason: Reason,
  target: RemedyTarget,
  tried: readonly RemedyChange[],
): readonly RemedyChange[] {
  if (reason.code === 'host.disabled')
    return [{ ...target, kind: 'enable' }, ...(host.up ? [] : [{ ...target, kind: 'up' as const }])]
  if (reason.code === 'host.down') return [{ ...target, kind: 'up' }]
  const resourceClass = classOf.get(reason.code)
  const { provider } = host
  if (resourceClass !== undefined && reason.shortBy !== undefined && host.inventories.has(resourceClass)) {
    const freeing: RemedyChange = {
      ...target,
      kind: 'free',
      provider,
      resourceClass,
      amount: Math.ceil(reason.shortBy),
    }
    if (!tried.some((each) => keyOf(each) === keyOf(freeing))) return [freeing]
  }
  return [{ ...target, kind: 'exempt', filter, reason: reason.message }]
}

const classOf: ReadonlyMap<string, string> = new Map([
  ['host.memory', 'MEMORY_MB'],
  ['host.vcpus', 'VCPU'],
  ['host.disk', 'DISK_GB'],
])

function roomChanges(
  host: HostState,
  { resources }: RequestSpec,
  shortage: Shortage,
  target: RemedyTarget,
): readonly RemedyChange[] | null {
  const { provider } = host
  if (shortage.classes.length > 0) return shortage.classes.map((each) => classChange(each, provider, target))
  if (shortage.code === 'placement.traits' || shortage.code === 'placement.root_traits') {
    return shortage.traits.flatMap((entry) => traitChange(entry, provider, target))
  }
  if (shortage.code !== 'placement.aggregates') return null
  const group = resources.groups.find(({ suffix }) => suffix === (shortage.group ?? ''))
  const joins = (group?.memberOf ?? []).filter((anyOf) => !anyOf.some((each) => host.aggregates.includes(each)))
  const leaves = (group?.forbiddenAggregates ?? []).filter((each) => host.aggregates.includes(each))
  if (joins.some((anyOf) => anyOf.length === 0)) return null
  const changes = [
    ...joins.flatMap(([first]) =>
      first === undefined ? [] : [{ ...target, kind: 'aggregate' as const, aggregate: first, member: true }],
    ),
    ...leaves.map((aggregate) => ({ ...target, kind: 'aggregate' as const, aggregate, member: false })),
  ]
  return changes.length === 0 ? null : changes
}

function classChange(
  { resourceClass, cause, requested, shortBy, provider }: ClassShortage,
  root: ProviderId,
  target: RemedyTarget,
): RemedyChange {
  const at = { ...target, provider: provider ?? root, resourceClass }
  if (cause === 'no_inventory') return { ...at, kind: 'offer', amount: requested }
  return cause === 'unit' ? { ...at, kind: 'units', amount: requested } : { ...at, kind: 'free', amount: shortBy }
}

/** With a `!` it must go. Of several that would do, the first. */
function traitChange(entry: string, provider: ProviderId, target: RemedyTarget): readonly RemedyChange[] {
  const has = !entry.startsWith('!')
  const [trait] = entry.replace(/^!/, '').split(/[^A-Z0-9_]/)
  return trait === undefined || trait === '' ? [] : [{ ...target, kind: 'trait', provider, trait, has }]
}

/** Amounts of one and the same shortage add up. */
export function joined(changes: readonly RemedyChange[], more: readonly RemedyChange[]): readonly RemedyChange[] {
  const all = new Map(changes.map((change) => [keyOf(change), change]))
  for (const change of more) {
    const before = all.get(keyOf(change))
    const sum = before !== undefined && 'amount' in before && 'amount' in change && change.kind === 'free'
    all.set(keyOf(change), sum ? { ...change, amount: before.amount + change.amount } : change)
  }
  return [...all.values()]
}
