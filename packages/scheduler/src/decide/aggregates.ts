import type { AggregateId, AggregateState, HostState, Snapshot } from '@novakit/core'
import { numberOf } from './operators.ts'

/**
 * What hosts have of their aggregates, looked up once for each set of aggregates that occurs.
 * Source: nova/scheduler/filters/utils.py.
 */
export interface AggregateLookup {
  /** Those that the snapshot knows, in the host's order. */
  of(host: HostState): readonly AggregateState[]
  /** Key → its values over all aggregates of the host, each split at commas and trimmed. */
  metadata(host: HostState): ReadonlyMap<string, ReadonlySet<string>>
  /** The values of one key over all aggregates of the host, unsplit. */
  values(host: HostState, key: string): readonly string[]
  /** Whether any aggregate of the snapshot has a key that `test` takes: if none has, no host needs to be asked. */
  someKey(test: (key: string) => boolean): boolean
}

export function aggregateLookup(aggregates: Snapshot['aggregates']): AggregateLookup {
  const states = new Map<string, readonly AggregateState[]>()
  const merged = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>()
  const of = (host: HostState): readonly AggregateState[] =>
    remembered(states, nameOf(host.aggregates), () =>
      host.aggregates.map((each) => aggregates.get(each)).filter((each) => each !== undefined),
    )
  return {
    of,
    metadata: (host) => remembered(merged, nameOf(host.aggregates), () => mergedMetadata(of(host))),
    values: (host, key) =>
      of(host).flatMap((each) => (Object.hasOwn(each.metadata, key) ? [each.metadata[key] ?? ''] : [])),
    someKey: (test) => [...aggregates.values()].some((each) => Object.keys(each.metadata).some(test)),
  }
}

/**
 * The least of the numbers that a host's aggregates give for a key, or `otherwise` if there is none or one of them is
 * no number that `accepts` takes (nova/scheduler/filters/utils.py, `validate_num_values`).
 */
export function leastOf(
  values: readonly string[],
  otherwise: number,
  accepts: (value: number) => boolean = Number.isFinite,
): number {
  if (values.length === 0) return otherwise
  const numbers = values.map(numberOf)
  return numbers.every(accepts) ? Math.min(...numbers) : otherwise
}

/** Hosts share few sets of aggregates: under one name each is worked out once. */
function nameOf(ids: readonly AggregateId[]): string {
  return ids.length === 1 ? (ids[0] ?? '') : ids.join('\n')
}

function mergedMetadata(aggregates: readonly AggregateState[]): ReadonlyMap<string, ReadonlySet<string>> {
  const merged = new Map<string, Set<string>>()
  for (const { metadata } of aggregates) {
    for (const [key, value] of Object.entries(metadata)) {
      const values = remembered(merged, key, () => new Set<string>())
      for (const part of value.split(',')) values.add(part.trim())
    }
  }
  return merged
}

function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const before = known.get(key)
  if (before !== undefined) return before
  const made = make()
  known.set(key, made)
  return made
}
