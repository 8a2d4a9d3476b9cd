import type { Candidate, HostState, RequestSpec, ServerId, Snapshot } from '@novakit/core'
import type { Policy } from '../policy/policy.ts'
import { consumeHost, consumeSharing } from './consume.ts'
import { openBoard, type Ranking } from './rank.ts'
import { openSurvey, rulesOf, type Rules } from './survey.ts'
import { openWorld, type View, type World } from './view.ts'

/**
 * One decision under way. What is worked out for one server serves the next as far as it still holds: after a placement
 * only the chosen host is looked at again, and whatever reads more than the host.
 */
export interface Round {
  readonly world: World
  readonly rules: Rules
  viewFor(server: ServerId): View
  /** The hosts that can take the server now, weighed. */
  rank(server: ServerId): Ranking
  /** One host of a ranking that `rank` gave last, as a candidate. */
  candidate(ranking: Ranking, index: number): Candidate
  /** Takes the server's resources from the host. */
  place(server: ServerId, chosen: Candidate, position: number): void
}

/** What is at hand while one decision is made. */
export interface Desk {
  readonly policy: Policy
  readonly round: Round
  readonly seed: string
}

export function openRound(policy: Policy, snapshot: Snapshot, request: RequestSpec): Round {
  const world = openWorld(snapshot, request)
  const first = world.viewFor(request.servers[0] ?? ('' as ServerId))
  const rules = rulesOf(policy, request, world, first)
  const survey = openSurvey(rules, request, world, first)
  const board = openBoard(policy, request, world, first)
  const settled = survey.settled && board.settled
  let latest: Ranking | null = null
  return {
    world,
    rules,
    viewFor: world.viewFor,
    rank: (server) => {
      if (latest !== null && settled) return latest
      const view = world.viewFor(server)
      return (latest = board.rank(survey.survivors(view), view))
    },
    candidate: (ranking, index) => {
      const position = ranking.positions[index] as number
      const { provider, host, node, cell } = world.hosts[position] as HostState
      const weight = ranking.weights[index] as number
      return { provider, host, node, cell, ...survey.candidateAt(position), weight }
    },
    place: (server, chosen, position) => {
      latest = null
      const sharing = consumeSharing(world.sharing, chosen.allocations)
      const drawsOnShared = sharing !== world.sharing
      world.replace(position, consumeHost(world.hosts[position] as HostState, request, server, chosen.allocations))
      world.share(sharing)
      world.group?.add(server, chosen.host)
      survey.changed(drawsOnShared ? null : position)
      board.changed(position)
    },
  }
}
