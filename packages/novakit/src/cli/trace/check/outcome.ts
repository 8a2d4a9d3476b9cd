import { createHash } from 'node:crypto'
import type { Case } from './case.ts'
import { greedily, grouped } from './beats-greed.ts'
import { reasonsOf } from './refusals-hold.ts'
import { running } from './case.ts'

/** What came of a set, in numbers. */
export interface Outcome {
  readonly active: number
  /** Servers in error, by what was in their way. */
  readonly errors: Readonly<Record<string, number>>
  /** Of servers with a group: how many are active, and for how many a greedy assignment finds places. */
  readonly grouped: { readonly active: number; readonly greedy: number }
  /** SHA-256 of which server stands where. */
  readonly placement: string
}

export function outcomeOf(given: Case): Outcome {
  return {
    active: running(given).length,
    errors: errorsOf(given),
    grouped: { active: grouped(given), greedy: greedily(given.set) },
    placement: placementOf(given),
  }
}

function errorsOf({ evidence }: Case): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { state, fault } of evidence.servers) {
    if (state !== 'error') continue
    const reasons = fault === null ? [] : [...reasonsOf(fault)].toSorted()
    const why = reasons.length === 0 ? (fault?.code ?? 'unknown') : reasons.join(' and ')
    counts[why] = (counts[why] ?? 0) + 1
  }
  return counts
}

function placementOf({ evidence }: Case): string {
  const lines = evidence.servers.map(({ name, host }) => `${name} ${host ?? '-'}`).toSorted()
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
