import type { Choice, ServerId, Snapshot } from '@novakit/core'
import { consume } from '../consume.ts'
import { decide } from '../decide.ts'
import { applyRemedy, type Case } from './apply.ts'
import { askedOf, blockersOf, joined, openCourt } from './blockers.ts'
import { keyOf, type RemedyChange } from './change.ts'

/**
 * What would let a refused request through. With all of the changes it is placed; without any one of them it is not, as
 * both were tried. For the operator: it names hosts.
 */
export interface Remedy {
  readonly changes: readonly RemedyChange[]
}

/** More changes than anybody would make, and more than it is worth to look for. */
const CHANGES_MAX = 60

/**
 * The fewest changes that were found; none for a request that is placed as it is. Null where no set of changes is known
 * that would do, as for a combination of request groups that no host serves. Of several hosts the one that needs the
 * fewest is taken for each server that finds no place, the first in the snapshot among equals.
 *
 * Each host is asked about everything, and each member of the set tried: for a person who asks, not for each refusal.
 */
export function remedyFor(given: Case, seed: string): Remedy | null {
  let changes: readonly RemedyChange[] = []
  // Each round is for one server; a change for one may take the place of another, which then needs one more.
  for (let round = 0; round <= 2 * given.request.servers.length && changes.length <= CHANGES_MAX; round++) {
    const now = applyRemedy(given, changes)
    const decision = decide(now.policy, now.snapshot, now.request, seed)
    if (decision.kind === 'placed') return { changes: withoutNeedless(given, changes, seed) }
    // Those that found a place are no longer on the move: they stand where they were placed.
    const servers = now.request.servers.slice(decision.fitted)
    const rest = { ...now, snapshot: after(now, decision.choices), request: { ...now.request, servers } }
    const more = servers[0] === undefined ? null : fewest(rest, servers[0])
    if (more === null || more.length === 0) return null
    changes = joined(changes, more)
  }
  return null
}

/** Hosts are gone into in the order of what is seen at first sight, as long as they may need fewer than the best so far. */
function fewest(given: Case, server: ServerId): readonly RemedyChange[] | null {
  const court = openCourt(given, server)
  const seen = given.snapshot.hosts.flatMap((host) => {
    const changes = askedOf(court, host, [])
    return changes === null ? [] : [{ host, count: new Set(changes.map(keyOf)).size }]
  })
  let best: readonly RemedyChange[] | null = null
  for (const { host, count } of seen.toSorted((a, b) => a.count - b.count)) {
    if (best !== null && count >= best.length) break
    const changes = blockersOf(given, host, server)
    if (changes !== null && (best === null || changes.length < best.length)) best = changes
  }
  return best
}

function after({ snapshot, request }: Case, choices: readonly Choice[]): Snapshot {
  return choices.reduce((world, { server, chosen }) => consume(world, request, server, chosen), snapshot)
}

/** Again and again, until none can be left out: one change may make another needless that was needed before. */
function withoutNeedless(given: Case, changes: readonly RemedyChange[], seed: string): readonly RemedyChange[] {
  const isPlaced = (some: readonly RemedyChange[]): boolean => {
    const now = applyRemedy(given, some)
    return decide(now.policy, now.snapshot, now.request, seed).kind === 'placed'
  }
  for (let at = 0; at < changes.length; at++) {
    const rest = changes.toSpliced(at, 1)
    if (isPlaced(rest)) return withoutNeedless(given, rest, seed)
  }
  return changes
}
