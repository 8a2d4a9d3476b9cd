import type { Choice } from '../../domain/scheduling/decision.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ClusterView } from './cluster-view.ts'
import type { Instant } from '../../domain/unit/units.ts'
import { later, seconds } from '../../domain/unit/units.ts'

/**
 * What this process has decided and the ledger does not show yet. Decisions that are made meanwhile count it as taken,
 * so that requests arriving together do not all choose the same best host. Only a help: the claim decides.
 */
export interface Holds {
  hold(key: string, choices: readonly Choice[]): void
  /** The claim is committed: it counts until the view has seen it in the ledger. */
  claimed(key: string): void
  /** Given up, or the claim was lost. What is forgotten to be dropped is so after a while. */
  drop(key: string): void
  /** @param looks of the view: those that have ended */
  shown(looks: number): void
}

interface Held {
  readonly until: Instant
  /** The look that shows it in the ledger. */
  readonly shownBy: number | null
}

const FORGOTTEN_AFTER = seconds(5)

export function holds(view: Pick<ClusterView, 'engine' | 'looks'>, clock: Clock): Holds {
  const { engine } = view
  const held = new Map<string, Held>()
  let last = 0
  const drop = (key: string): void => {
    if (held.delete(key)) engine.release(key)
  }
  return {
    hold: (key, choices) => {
      held.delete(key)
      held.set(key, { until: later(clock.now(), FORGOTTEN_AFTER), shownBy: null })
      engine.hold(key, choices)
    },
    claimed: (key) => {
      const known = held.get(key)
      if (known !== undefined) held.set(key, { ...known, shownBy: view.looks + 1 })
    },
    drop,
    shown: (looks) => {
      if (looks === last) return
      last = looks
      const now = clock.now()
      for (const [key, { until, shownBy }] of held) {
        if (shownBy === null ? until < now : shownBy <= looks) drop(key)
      }
    },
  }
}
