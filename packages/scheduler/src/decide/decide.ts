import type { Candidate, Choice, Decision, ProviderId, RequestSpec, ServerId, Snapshot } from '@novakit/core'
import type { Policy } from '../policy/policy.ts'
import { explainRound } from './explain.ts'
import { choose, orderOf } from './pick.ts'
import type { Ranking } from './rank.ts'
import { openRound, type Desk } from './round.ts'
import { choiceStream, lazyStreamOf } from './stream.ts'

/**
 * Places the request's servers one after the other, each on the best host that the ones before it left: filters, room,
 * weights, choice. Same policy, snapshot, request and seed, same decision; nothing that is given is changed.
 * Source: nova/scheduler/manager.py, `_schedule`.
 */
export function decide(policy: Policy, snapshot: Snapshot, request: RequestSpec, seed: string): Decision {
  const { version } = snapshot
  const round = openRound(policy, snapshot, request)
  const desk: Desk = { policy, round, seed }
  const choices = request.servers.length === 1 ? placeOnly(desk, request) : placeAll(desk, request)
  const next = request.servers[choices.length]
  if (next === undefined) return { kind: 'placed', choices, version, seed }
  const explanation = explainRound(desk, snapshot, request, next)
  return { kind: 'refused', fitted: choices.length, choices, version, seed, explanation }
}

/** One server: nothing comes after it, so the ranking that it was chosen from gives its alternates too. */
function placeOnly(desk: Desk, request: RequestSpec): readonly Choice[] {
  return request.servers.flatMap((server) => {
    const ranking = desk.round.rank(server)
    const index = chooseFrom(desk, ranking, server)
    if (index === null) return []
    const chosen = desk.round.candidate(ranking, index)
    return [{ server, chosen, alternates: alternatesFrom(desk, ranking, server, chosen, new Set([chosen.provider])) }]
  })
}

/**
 * Several servers, up to the first that finds no place. Alternates are sought once all are placed, on none of the
 * chosen hosts, as those have room for one less now (nova/scheduler/manager.py, `_get_alternate_hosts`).
 */
function placeAll(desk: Desk, request: RequestSpec): readonly Choice[] {
  const { round } = desk
  const found: Omit<Choice, 'alternates'>[] = []
  for (const server of request.servers) {
    const ranking = round.rank(server)
    const index = chooseFrom(desk, ranking, server)
    if (index === null) break
    const chosen = round.candidate(ranking, index)
    round.place(server, chosen, ranking.positions[index] as number)
    found.push({ server, chosen })
  }
  const taken = new Set(found.map(({ chosen }) => chosen.provider))
  return found.map(({ server, chosen }) => ({
    server,
    chosen,
    alternates: alternatesFrom(desk, round.rank(server), server, chosen, taken),
  }))
}

function chooseFrom({ policy, round, seed }: Desk, ranking: Ranking, server: ServerId): number | null {
  const stream = choiceStream(seed, server)
  return choose(orderOf(ranking, round.world.hosts, policy, stream), policy, stream)
}

/** Where a server could go if its build fails: in the cell of its host, as a build does not move on between cells. */
function alternatesFrom(
  { policy, round, seed }: Desk,
  ranking: Ranking,
  server: ServerId,
  chosen: Candidate,
  taken: ReadonlySet<ProviderId>,
): readonly Candidate[] {
  const { hosts } = round.world
  const order = orderOf(ranking, hosts, policy, lazyStreamOf(`${seed}/${server}/alternates`))
  const isAlternate = (index: number): boolean => {
    const host = hosts[ranking.positions[index] as number]
    return host !== undefined && host.cell === chosen.cell && !taken.has(host.provider)
  }
  const alternates: Candidate[] = []
  while (alternates.length < policy.maxAttempts - 1) {
    const next = order.next(isAlternate)
    if (next === null) break
    alternates.push(round.candidate(ranking, next))
  }
  return alternates
}
