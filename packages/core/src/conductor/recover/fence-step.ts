import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Fenced, RecoverRequest, RecoverStep } from './request.ts'
import { changeHost, hostRow } from '../../storage/cell/hosts.ts'
import { done } from '../../saga/index.ts'
import { later } from '../../domain/unit/units.ts'

/**
 * Makes sure that the host cannot run anything, and takes it out of the cloud until an operator brings it back. One
 * that was heard of meanwhile is left alone. What cannot be made sure of is tried again, and no server is touched before.
 */
export function fenceStep({ deps, cell }: AtCell): RecoverStep {
  return {
    name: 'fence',
    pivot: true,
    run: async ({ request, now }) => {
      const { recovery, cells, timing } = deps
      if (!(await cells.get(cell).read((tx) => isStillSilent(tx, request)))) return done(null)
      // Another conductor may have what it takes.
      if (recovery === null) return { kind: 'parked', until: later(now, timing.lookEvery) }
      const { proof } = await recovery.fencing.fence(request.host)
      const fenced: Fenced = { proof }
      return done(fenced, async (tx) => {
        const out = { enabled: 0, disabled_reason: `fenced: ${proof}`, forced_down: 1 } as const
        await changeHost(tx, request.host, out)
        tx.afterCommit(() => deps.view.invalidate())
      })
    },
    undo: 'nothing to undo: a host that is off stays off',
  }
}

async function isStillSilent(tx: CellTx, { host, lastSeen }: RecoverRequest): Promise<boolean> {
  return (await hostRow(tx, host))?.last_seen_at === lastSeen
}
