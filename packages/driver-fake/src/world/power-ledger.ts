import type { GuestRecord, Place } from './guest-record.ts'
import type { HostName, Instant, NodeName, ServerId } from '@novakit/core'
import { isRunning, keyOf } from './guest-record.ts'

/** A guest began or ceased to run somewhere. */
export interface PowerChange extends Place {
  readonly at: Instant
  readonly running: boolean
}

/** Something that no control plane may bring about. The fake does it all the same, and says so here. */
export type Violation =
  /** One server ran in two places at once. */
  | {
      readonly kind: 'two_places'
      readonly at: Instant
      readonly server: ServerId
      readonly places: readonly { readonly host: HostName; readonly node: NodeName }[]
    }
  /** A command older than the guest was obeyed. */
  | {
      readonly kind: 'stale_command'
      readonly at: Instant
      readonly server: ServerId
      readonly host: HostName
      readonly call: string
      readonly epoch: number
      readonly current: number
    }

/** Where everything runs, over all hosts of a world. */
export interface PowerLedger {
  observe(before: GuestRecord | null, after: GuestRecord | null, at: Instant): void
  report(violation: Violation): void
  readonly changes: readonly PowerChange[]
  readonly violations: readonly Violation[]
}

/** `limit`: how many changes are remembered. Violations all are. */
export function powerLedger(limit: number): PowerLedger {
  const running = new Map<ServerId, Map<string, Place>>()
  const changes: PowerChange[] = []
  const violations: Violation[] = []
  const began = (place: Place, at: Instant): void => {
    const places = running.get(place.server) ?? new Map<string, Place>()
    running.set(place.server, places.set(keyOf(place), place))
    if (places.size < 2) return
    const where = [...places.values()].map(({ host, node }) => ({ host, node }))
    violations.push({ kind: 'two_places', at, server: place.server, places: where })
  }
  const ended = (place: Place): void => {
    const places = running.get(place.server)
    places?.delete(keyOf(place))
    if (places?.size === 0) running.delete(place.server)
  }
  return {
    observe: (before, after, at) => {
      const record = after ?? before
      if (record === null || record.epoch === null || isRunning(before) === isRunning(after)) return
      const { host, node, server } = record
      const place = { host, node, server }
      changes.push({ at, ...place, running: isRunning(after) })
      if (changes.length > limit) changes.shift()
      if (isRunning(after)) began(place, at)
      else ended(place)
    },
    report: (violation) => void violations.push(violation),
    changes,
    violations,
  }
}
