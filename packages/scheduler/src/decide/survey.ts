import type { AllocationCandidate } from '@novakit/placement/candidates'
import type { HostState, RequestSpec, Verdict } from '@novakit/core'
import type { Policy } from '../policy/policy.ts'
import { destinationRule, isForced } from './destination.ts'
import { activeOf, ask, type Filter } from './filter.ts'
import { deviceRoom } from './device-room.ts'
import { flatRoom } from './flat-room.ts'
import { claimsNothing, roomOn, type Room } from './place.ts'
import type { View, World } from './view.ts'

/** What a request has to pass, as far as the policy has anything to say about it. */
export interface Rules {
  readonly destination: (host: HostState) => Verdict
  /** In the policy's order. */
  readonly filters: readonly Filter[]
  /** What to claim on a host, or what is short. */
  room(host: HostState): Room
  /** Whether there is anything to claim; the quick question. */
  hasRoom(host: HostState): boolean
}

/** A rebuild is judged by few filters and claims nothing; a forced request passes the filters by. */
export function rulesOf(policy: Policy, request: RequestSpec, world: Pick<World, 'sharing'>, view: View): Rules {
  const rebuild = request.internal.checkType === 'rebuild'
  const asked = !rebuild && isForced(request.destination) ? [] : policy.filters
  const sharesNothing = world.sharing.length === 0
  const room = (host: HostState): Room =>
    rebuild ? claimsNothing : roomOn(arranged(policy, host, request), request, world.sharing)
  const quick = rebuild ? () => true : flatRoom(request, sharesNothing)
  const onDevices = deviceRoom(request, sharesNothing)
  return {
    destination: destinationRule(request.destination),
    filters: asked
      .filter((filter) => !rebuild || filter.runsOnRebuild === true)
      .map((filter) => activeOf(filter, request, view))
      .filter((filter) => filter !== null),
    room,
    hasRoom: (host) => quick(host) ?? onDevices(host) ?? 'candidate' in room(host),
  }
}

/** The host with its devices in the order in which the policy tries them. */
function arranged({ devices }: Policy, host: HostState, request: RequestSpec): HostState {
  if (devices === null || host.children.length < 2) return host
  return { ...host, children: devices.arrange(host, request) }
}

/** The hosts that can take a server, remembered between the servers of one request as far as their rules allow. */
export interface Survey {
  /** Positions of the hosts that pass everything now, ascending. */
  survivors(view: View): readonly number[]
  /** What to claim on a host that passed. */
  candidateAt(position: number): AllocationCandidate
  /** A server was placed there; null: everywhere, as a sharing provider was drawn on. */
  changed(position: number | null): void
  /** The answers hang on nothing but the hosts: until one changes, they stay. */
  readonly settled: boolean
}

export function openSurvey(rules: Rules, request: RequestSpec, world: World, first: View): Survey {
  const once = rules.filters.filter((filter) => filter.oncePerRequest === true)
  const rest = rules.filters.filter((filter) => filter.oncePerRequest !== true)
  const ofHost = rest.filter((filter) => filter.readsHostOnly === true)
  const ofView = rest.filter((filter) => filter.readsHostOnly !== true)
  const passes = (filters: readonly Filter[], position: number, view: View): boolean =>
    filters.every((filter) => ask(filter, hostAt(world, position), request, view).ok)

  const takes = new Array<boolean | undefined>(world.hosts.length)
  const takesNow = (position: number, view: View): boolean =>
    passes(ofHost, position, view) && rules.hasRoom(hostAt(world, position))
  const eligible = [...world.hosts.keys()].filter(
    (position) => rules.destination(hostAt(world, position)).ok && passes(once, position, first),
  )
  return {
    survivors: (view) =>
      eligible.filter((position) => passes(ofView, position, view) && (takes[position] ??= takesNow(position, view))),
    candidateAt: (position) => {
      const room = rules.room(hostAt(world, position))
      return 'candidate' in room ? room.candidate : nowhere
    },
    changed: (position) => {
      if (position === null) takes.fill(undefined)
      else takes[position] = undefined
    },
    settled: ofView.length === 0,
  }
}

function hostAt(world: World, position: number): HostState {
  return world.hosts[position] as HostState
}

const nowhere: AllocationCandidate = { allocations: new Map(), mappings: new Map() }
