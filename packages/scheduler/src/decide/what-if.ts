import type { Decision, HostName, HostState, PlacedServer, RequestSpec, ServerId, Snapshot } from '@novakit/core'
import type { Policy } from '../policy/policy.ts'
import { consume } from './consume.ts'
import { decide } from './decide.ts'

/** What would come of it, and the world as it would be afterwards; what did not change is shared with the old one. */
export interface DryRun {
  readonly decision: Decision
  readonly after: Snapshot
}

/** Decides and takes what was chosen, also of a request that is refused in the end; nothing that is given is changed. */
export function dryRun(policy: Policy, snapshot: Snapshot, request: RequestSpec, seed: string): DryRun {
  const decision = decide(policy, snapshot, request, seed)
  const after = decision.choices.reduce(
    (world, { server, chosen }) => consume(world, request, server, chosen),
    snapshot,
  )
  return { decision, after }
}

/** How many more servers alike there is room for. */
export interface Capacity {
  readonly count: number
  /** Host → servers it would take. */
  readonly byHost: ReadonlyMap<HostName, number>
  /** There may be room for more: it was counted no further. */
  readonly atLeast: boolean
  readonly after: Snapshot
}

/** @param limit stops the count; the work grows with it */
export function capacityFor(
  policy: Policy,
  snapshot: Snapshot,
  request: RequestSpec,
  seed: string,
  limit = 10_000,
): Capacity {
  const byHost = new Map<HostName, number>()
  let after = snapshot
  let count = 0
  while (count < limit) {
    const servers = Array.from(
      { length: Math.min(BATCH, limit - count) },
      (_, at) => `capacity-${count + at}` as ServerId,
    )
    const run = dryRun(policy, after, { ...request, servers }, seed)
    after = run.after
    for (const { chosen } of run.decision.choices) byHost.set(chosen.host, (byHost.get(chosen.host) ?? 0) + 1)
    count += run.decision.choices.length
    if (run.decision.kind === 'refused') return { count, byHost, atLeast: false, after }
  }
  return { count, byHost, atLeast: true, after }
}

/** Servers of one decision: what it works out for the first serves the others. */
const BATCH = 500

/** Where one server of a drained host would go. */
export interface Move {
  readonly server: ServerId
  readonly decision: Decision
}

export interface Drain {
  /** In the host's order. */
  readonly moves: readonly Move[]
  /** Whether all find a place. */
  readonly isComplete: boolean
  readonly after: Snapshot
}

/**
 * Where everything on a host would go, one server after the other, each on what the ones before it left. What they leave
 * behind stays taken, as it is until they are gone.
 * @param requestFor gives a server's request: a snapshot knows little more than that it is there
 */
export function drain(
  policy: Policy,
  snapshot: Snapshot,
  host: HostName,
  requestFor: (server: ServerId, placed: PlacedServer, at: HostState) => RequestSpec,
  seed: string,
): Drain {
  let after = snapshot
  const moves: Move[] = []
  for (const node of snapshot.hosts.filter((each) => each.host === host)) {
    for (const [server, placed] of node.servers) {
      const asked = requestFor(server, placed, node)
      const { destination } = asked
      const elsewhere = { ...destination, ignoredHosts: [...destination.ignoredHosts, host] }
      const run = dryRun(policy, after, { ...asked, servers: [server], destination: elsewhere }, `${seed}/${server}`)
      after = run.after
      moves.push({ server, decision: run.decision })
    }
  }
  return { moves, isComplete: moves.every(({ decision }) => decision.kind === 'placed'), after }
}
