import type { AtCell } from '../deps.ts'
import type { SnapshotStep } from './request.ts'
import type { UploadPayload } from '../../rpc/orders/snapshot.ts'
import { askHost } from './ask-host.ts'
import { done, failed } from '../../saga/index.ts'
import { moveTo, taskOf, type Ends } from './settle.ts'

/** The host sends the file into the image; then the server is free again. */
export function uploadStep(at: AtCell, ends: Ends): SnapshotStep {
  return {
    name: 'upload',
    run: async (context) => {
      const { report, request, operation } = context
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (report?.outcome.kind === 'done') {
        const { output } = report.outcome
        return done(output, (tx) => ends.done(tx, operation, request, output))
      }
      const { format, image } = request.snapshot
      const payload: UploadPayload = { key: operation.id, format, image }
      return askHost(at, context, 'snapshot-upload', payload, (tx) => moveTo(tx, request, taskOf(request, 'uploading')))
    },
    undo: 'nothing to undo: the file is thrown away, and the image deleted, by the steps before',
  }
}
