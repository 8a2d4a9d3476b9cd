import { PLACEMENT } from './place.ts'
import type { StageOutcome } from './stage.ts'

const CAUSE_LENGTH_MAX = 300

/** One sentence for the tenant: what turned away the last hosts, without names of hosts or numbers of others. */
export function summaryOf(hosts: number, stages: readonly StageOutcome[]): string {
  if (hosts === 0) return 'There are no hosts.'
  const last = stages.find(({ report }) => report.after === 0)
  if (last === undefined) return 'A host can take the server.'
  const cause = commonest(last.causes).slice(0, CAUSE_LENGTH_MAX)
  const predicate = last.report.name === PLACEMENT ? cause : `passes ${last.report.name}: ${cause}`
  return last.report.before === hosts
    ? `No host ${predicate}`
    : `Of the hosts that the rest of the request leaves, none ${predicate}`
}

/** Of equally common ones the first in the alphabet, so that the order of hosts has no say. */
function commonest(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].toSorted(([a, more], [b, most]) => most - more || (a < b ? -1 : 1))
  return sorted[0]?.[0] ?? ''
}
