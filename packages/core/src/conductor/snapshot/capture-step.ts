import type { AtCell } from '../deps.ts'
import type { CapturePayload, DiscardPayload } from '../../rpc/orders/snapshot.ts'
import type { HostName } from '../../domain/ids.ts'
import type { SnapshotStep } from './request.ts'
import { askHost, commandOf } from './ask-host.ts'
import { done, failed } from '../../saga/index.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { later } from '../../domain/unit/units.ts'
import { moveTo, taskOf } from './settle.ts'

/** The host writes the disk to a file. On the way back it throws that away; what it cannot be told goes with the guest. */
export function captureStep(at: AtCell): SnapshotStep {
  const { deps, cell } = at
  return {
    name: 'capture',
    run: async (context) => {
      const { report, request, operation } = context
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (report?.outcome.kind === 'done')
        return done(null, (tx) => moveTo(tx, request, taskOf(request, 'pending upload')))
      const payload: CapturePayload = { key: operation.id, format: request.snapshot.format }
      return askHost(at, context, 'snapshot-capture', payload, async () => undefined)
    },
    undo: async ({ report, request, operation, now }) => {
      if (report !== null) return done()
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      if (row === null || row.host === null || row.epoch !== request.epoch) return done('it is another host by now')
      // Its host may have been told to end it: then it is told nothing else of it.
      if (row.deleted_at !== null || row.task_state === 'deleting') return done('it goes with the guest')
      const host = id<HostName>(row.host)
      if (await hostIsDown(at, host)) return done('the host is down')
      const payload: DiscardPayload = { key: operation.id }
      const command = commandOf(request, operation.id, row, host, 'snapshot-discard', payload)
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command }
    },
  }
}
