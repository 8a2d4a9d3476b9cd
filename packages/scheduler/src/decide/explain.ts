import type {
  Explanation,
  HostState,
  RankedHost,
  RequestSpec,
  ServerId,
  Snapshot,
  StageReport,
  Verdict,
} from '@novakit/core'
import type { Policy } from '../policy/policy.ts'
import { DESTINATION } from './destination.ts'
import { ask } from './filter.ts'
import { orderOf } from './pick.ts'
import { PLACEMENT, roomVerdict } from './place.ts'
import { normalised, type Ranking } from './rank.ts'
import { openRound, type Desk } from './round.ts'
import { runStage, type StageOutcome, type StageVerdict } from './stage.ts'
import { choiceStream } from './stream.ts'
import { summaryOf } from './summary.ts'

/** Why hosts are refused to the first server of a request, and how the others rank. */
export function explain(policy: Policy, snapshot: Snapshot, request: RequestSpec, seed: string): Explanation {
  const round = openRound(policy, snapshot, request)
  return explainRound({ policy, round, seed }, snapshot, request, request.servers[0] ?? ('' as ServerId))
}

/** The same for a server in the middle of a decision, on what the servers before it left. */
export function explainRound(desk: Desk, snapshot: Snapshot, request: RequestSpec, server: ServerId): Explanation {
  const { seed, round } = desk
  const stages = runStages(desk, request, server)
  const ranking = round.rank(server)
  return {
    version: snapshot.version,
    seed,
    hosts: snapshot.hosts.length,
    stages: [...stages.map(({ report }) => report), ...failuresOf(ranking)],
    ranking: rankedHosts(desk, ranking, server),
    summary: summaryOf(snapshot.hosts.length, stages),
  }
}

/** In the order of a decision, up to the one that leaves no host. The destination is told of if it refused anybody. */
function runStages({ round }: Desk, request: RequestSpec, server: ServerId): readonly StageOutcome[] {
  const { rules, world } = round
  const view = round.viewFor(server)
  const judges: [name: string, judge: (host: HostState) => StageVerdict][] = [
    [DESTINATION, (host) => stageVerdict(rules.destination(host))],
    ...rules.filters.map((filter): [string, (host: HostState) => StageVerdict] => [
      filter.name,
      (host) => stageVerdict(ask(filter, host, request, view)),
    ]),
    [PLACEMENT, (host) => roomVerdict(rules.room(host))],
  ]
  const outcomes: StageOutcome[] = []
  let hosts = world.hosts
  for (const [name, judge] of judges) {
    if (hosts.length === 0) break
    const outcome = runStage(name, hosts, judge)
    hosts = outcome.survivors
    if (name !== DESTINATION || outcome.report.after < outcome.report.before) outcomes.push(outcome)
  }
  return outcomes
}

/** What a filter says, as a stage has it. */
export function stageVerdict(verdict: Verdict): StageVerdict {
  if (verdict.ok) return null
  const { reason } = verdict
  const isNumber = typeof reason.shortBy === 'number' && Number.isFinite(reason.shortBy)
  return { reason, distance: isNumber ? (reason.shortBy ?? null) : null, cause: reason.message }
}

/** Weighers that failed turn nobody away: they are left out of the ranking, and reported with all hosts passing. */
function failuresOf({ scales, positions }: Ranking): readonly StageReport[] {
  return scales
    .filter((scale) => scale.failures > 0)
    .map(({ weigher, failures }) => ({
      name: weigher.name,
      before: positions.length,
      after: positions.length,
      refused: { 'weigher.failed': failures },
      closest: null,
    }))
}

function rankedHosts({ policy, round, seed }: Desk, ranking: Ranking, server: ServerId): readonly RankedHost[] {
  const { hosts } = round.world
  const order = orderOf(ranking, hosts, policy, choiceStream(seed, server))
  const ranked: RankedHost[] = []
  while (ranked.length < policy.rankingSize) {
    const index = order.next()
    if (index === null) break
    const position = ranking.positions[index] as number
    const { host, node } = hosts[position] as HostState
    ranked.push({ host, node, weight: ranking.weights[index] as number, scores: scoresAt(ranking, position) })
  }
  return ranked
}

function scoresAt({ scales }: Ranking, position: number): RankedHost['scores'] {
  const counted = scales.filter((scale) => scale.failures === 0)
  return Object.fromEntries(
    counted.map((scale) => {
      const raw = scale.rawAt(position)
      const share = normalised(scale, raw)
      // Plus 0, as -0 is no JSON.
      return [scale.weigher.name, { raw, normalised: share, weighted: scale.multiplierAt(position) * share + 0 }]
    }),
  )
}
