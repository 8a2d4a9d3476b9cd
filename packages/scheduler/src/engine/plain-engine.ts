import { applyDelta, emptySnapshot, type DecisionOverlay, type SchedulingEngine, type Snapshot } from '@novakit/core'
import { decide } from '../decide/decide.ts'
import type { Policy } from '../policy/policy.ts'
import { hostWith, openHeld, providersWith, type Sums } from './held.ts'
import { withOverlay } from './overlay.ts'

/**
 * The engine as its contract says it, without an index: a snapshot, what is held counted in, and `decide`. What an
 * indexed engine answers must be what this one does; it is their yardstick, and too slow for anything else.
 */
export function plainEngine(policy: Policy): SchedulingEngine {
  const held = openHeld()
  let snapshot = emptySnapshot
  return {
    get version() {
      return snapshot.version
    },
    reset: (next) => {
      snapshot = next
    },
    apply: (delta) => {
      if (delta.from !== snapshot.version) {
        throw new RangeError(`a delta from version ${delta.from} cannot follow version ${snapshot.version}`)
      }
      snapshot = applyDelta(snapshot, delta)
    },
    hold: (key, choices) => void held.hold(key, choices),
    release: (key) => void held.release(key),
    decide: (request, seed, over: DecisionOverlay = {}) => {
      const base = over.withoutHeld === true ? snapshot : snapshotWith(snapshot, held.sums)
      return decide(policy, withOverlay(base, over), request, seed)
    },
  }
}

function snapshotWith(snapshot: Snapshot, sums: Sums): Snapshot {
  if (sums.size === 0) return snapshot
  const hosts = snapshot.hosts.map((host) => hostWith(host, sums))
  return { ...snapshot, hosts, sharing: providersWith(snapshot.sharing, sums) }
}
