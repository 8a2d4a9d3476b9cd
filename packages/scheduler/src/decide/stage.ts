import type { HostState, Reason, StageReport } from '@novakit/core'

/** What one stage says of one host: nothing, or why not. */
export type StageVerdict = null | {
  readonly reason: Reason
  /** How far off the host was, in a measure that compares hosts within the stage. */
  readonly distance: number | null
  /** The same reason as it is told to the tenant if all hosts fall for it. */
  readonly cause: string
}

export interface StageOutcome {
  readonly report: StageReport
  readonly survivors: readonly HostState[]
  /** How many hosts fell for each cause. */
  readonly causes: ReadonlyMap<string, number>
}

export function runStage(
  name: string,
  hosts: readonly HostState[],
  judge: (host: HostState) => StageVerdict,
): StageOutcome {
  const survivors: HostState[] = []
  const codes = new Map<string, number>()
  const causes = new Map<string, number>()
  let nearest = Number.POSITIVE_INFINITY
  let closest: StageReport['closest'] = null
  for (const host of hosts) {
    const verdict = judge(host)
    if (verdict === null) {
      survivors.push(host)
      continue
    }
    count(codes, verdict.reason.code)
    count(causes, verdict.cause)
    if (verdict.distance === null || verdict.distance >= nearest) continue
    nearest = verdict.distance
    closest = { host: host.host, node: host.node, reason: verdict.reason }
  }
  const refused = Object.fromEntries(codes)
  return { report: { name, before: hosts.length, after: survivors.length, refused, closest }, survivors, causes }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
