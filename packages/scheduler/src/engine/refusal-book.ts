import type { Explanation, HostState, Reason, RequestSpec, StageReport } from '@novakit/core'
import { DESTINATION, destinationRule } from '../decide/destination.ts'
import { stageVerdict } from '../decide/explain.ts'
import { ask } from '../decide/filter.ts'
import { PLACEMENT, roomVerdict } from '../decide/place.ts'
import type { StageOutcome, StageVerdict } from '../decide/stage.ts'
import { summaryOf } from '../decide/summary.ts'
import type { Rules } from '../decide/survey.ts'
import type { View } from '../decide/view.ts'
import type { Fleet } from './fleet.ts'
import { follow } from './follow.ts'
import { viewOf } from './gate.ts'
import { quickShortage, type QuickShortage } from './quick-shortage.ts'

/** Why each host refuses one kind of request, kept up to date, so that a refusal is told without asking them all. */
export interface RefusalBook {
  /** Null: some host does take it. */
  explain(seed: string): Explanation | null
}

/** One stage on the way, with the reasons that hosts fell for. */
interface Stage {
  readonly name: string
  judge(host: HostState, view: View): StageVerdict
  /** Of those that say how much they missed, the nearest; -1: there is none. */
  nearest: number
  /** The nearest has to be sought. */
  isStale: boolean
}

/** A reason and how many hosts fell for it. */
interface Cause {
  readonly stage: number
  readonly code: string
  readonly cause: string
  hosts: number
}

/** For requests of which every filter can be remembered, of no group and with no host named. */
export function openRefusalBook(fleet: Fleet, request: RequestSpec, rules: Rules): RefusalBook {
  const stages = stagesOf(request, rules)
  const quick = quickShortage(fleet, request)
  /** The first is no cause: the host passes, or has gone. */
  const causes: Cause[] = [{ stage: -1, code: '', cause: '', hosts: 0 }]
  const numbers = new Map<string, number>()
  let verdicts = new Uint16Array(0)
  let distances = new Float64Array(0)
  let view = viewOf(fleet)
  let standing = 0

  const numberOf = (stage: number, code: string, cause: string): number => {
    const key = `${stage} ${code} ${cause}`
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, causes.push({ stage, code, cause, hosts: 0 }) - 1)
    return causes.length - 1
  }
  const write = (slot: number, number: number, distance: number): void => {
    const cause = causes[number] as Cause
    cause.hosts++
    verdicts[slot] = number
    distances[slot] = distance
    const stage = stages[cause.stage]
    if (stage === undefined || stage.isStale || distance === Number.POSITIVE_INFINITY) return
    const nearest = stage.nearest === -1 ? Number.POSITIVE_INFINITY : (distances[stage.nearest] as number)
    if (distance < nearest || (distance === nearest && slot < stage.nearest)) stage.nearest = slot
  }
  const judge = (slot: number, host: HostState): void => {
    for (let at = 0; at < stages.length; at++) {
      const last = at === stages.length - 1
      const short: QuickShortage | null = last ? quick(host) : null
      if (short !== null) return write(slot, numberOf(at, 'placement.capacity', short.cause), short.distance)
      const verdict = (stages[at] as Stage).judge(host, view)
      if (verdict === null) continue
      const { reason, distance, cause } = verdict
      return write(slot, numberOf(at, reason.code, cause), distance ?? Number.POSITIVE_INFINITY)
    }
    write(slot, 0, Number.POSITIVE_INFINITY)
  }
  const again = (slot: number): void => {
    const before = causes[verdicts[slot] as number] as Cause
    const stage = stages[before.stage]
    before.hosts--
    if (stage?.nearest === slot) stage.isStale = true
    const host = fleet.hosts[slot] ?? null
    if (host !== null) judge(slot, host)
    else write(slot, 0, Number.POSITIVE_INFINITY)
  }
  const anew = (): void => {
    view = viewOf(fleet)
    verdicts = new Uint16Array(fleet.capacity)
    distances = new Float64Array(fleet.capacity).fill(Number.POSITIVE_INFINITY)
    for (const cause of causes) cause.hosts = 0
    for (const stage of stages) Object.assign(stage, { nearest: -1, isStale: false })
    // As many as there may be, so that one that comes later takes its place from here.
    ;(causes[0] as Cause).hosts = fleet.capacity
    for (let slot = 0; slot < fleet.size; slot++) again(slot)
  }
  const sync = follow(fleet, anew, again)

  const seek = (at: number): void => {
    const stage = stages[at] as Stage
    stage.nearest = -1
    stage.isStale = false
    let nearest = Number.POSITIVE_INFINITY
    for (let slot = 0; slot < fleet.size; slot++) {
      const distance = distances[slot] as number
      if (distance >= nearest || causes[verdicts[slot] as number]?.stage !== at) continue
      nearest = distance
      stage.nearest = slot
    }
  }
  const closestOf = (at: number): StageReport['closest'] => {
    const stage = stages[at] as Stage
    if (stage.isStale) seek(at)
    const host = stage.nearest === -1 ? null : (fleet.hosts[stage.nearest] ?? null)
    if (host === null) return null
    const { reason } = stage.judge(host, view) as { readonly reason: Reason }
    return { host: host.host, node: host.node, reason }
  }
  const outcomeOf = (at: number): StageOutcome => {
    const fell = causes.filter((cause) => cause.stage === at && cause.hosts > 0)
    const refused: Record<string, number> = {}
    const reasons = new Map<string, number>()
    for (const { code, cause, hosts } of fell) {
      refused[code] = (refused[code] ?? 0) + hosts
      reasons.set(cause, (reasons.get(cause) ?? 0) + hosts)
    }
    const before = standing
    standing -= fell.reduce((sum, { hosts }) => sum + hosts, 0)
    const { name } = stages[at] as Stage
    const closest = fell.length === 0 ? null : closestOf(at)
    return { report: { name, before, after: standing, refused, closest }, survivors: [], causes: reasons }
  }
  return {
    explain: (seed) => {
      sync()
      standing = fleet.live
      const outcomes: StageOutcome[] = []
      for (let at = 0; at < stages.length && standing > 0; at++) {
        const outcome = outcomeOf(at)
        if (at > 0 || outcome.report.after < outcome.report.before) outcomes.push(outcome)
      }
      if (standing > 0 || causes.length > 2 ** 15) return null
      return {
        version: fleet.version,
        seed,
        hosts: fleet.live,
        stages: outcomes.map(({ report }) => report),
        ranking: [],
        summary: summaryOf(fleet.live, outcomes),
      }
    },
  }
}

function stagesOf(request: RequestSpec, { filters, room }: Rules): readonly Stage[] {
  const { cell, allowCrossCellMove = false } = request.destination
  const destination = destinationRule({ ignoredHosts: [], cell, allowCrossCellMove })
  const stage = (name: string, judge: Stage['judge']): Stage => ({ name, judge, nearest: -1, isStale: false })
  return [
    stage(DESTINATION, (host) => stageVerdict(destination(host))),
    ...filters
      // Those that look for servers have nothing to say here.
      .filter(({ spot }) => spot === undefined)
      .map((filter) => stage(filter.name, (host, view) => stageVerdict(ask(filter, host, request, view)))),
    stage(PLACEMENT, (host) => roomVerdict(room(host))),
  ]
}
