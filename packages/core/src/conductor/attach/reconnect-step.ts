import type { AtCell } from '../deps.ts'
import type { EvacuationRequest } from '../../lifecycle/index.ts'
import type { HostName, NodeName, VolumeId } from '../../domain/ids.ts'
import type { InstanceRow, VolumeAttachmentRow } from '../../storage/cell/tables.ts'
import type { Step } from '../../saga/index.ts'
import type { VolumeConnection } from '../../domain/volume/volume.ts'
import { changeVolumeAttachment, pluggedVolumes, volumeAttachmentRows } from '../../storage/cell/volume-attachments.ts'
import { commandTo } from '../command-to.ts'
import { done, failed } from '../../saga/index.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { later } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** The volumes of a server that has another host: from now on it is that one which reaches them. */
export function reconnectStep(at: AtCell): Step<'cell', EvacuationRequest> {
  const { deps, cell } = at
  return {
    name: 'reconnect',
    run: async ({ report, request, operation, now }) => {
      const { server, epoch, sequence } = request
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      const { row, volumes } = await deps.cells.get(cell).read(async (tx) => ({
        row: await instanceRow(tx, server),
        volumes: (await volumeAttachmentRows(tx, server)).filter((one) => pluggedVolumes([one]).length > 0),
      }))
      if (row === null || row.host === null || row.epoch !== epoch + 1 || row.task_state === 'deleting') {
        return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      }
      if (volumes.length === 0) return done()
      const host = id<HostName>(row.host)
      if (report?.outcome.kind === 'done') return done(null, await connected(at, volumes, host, report.outcome.output))
      if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
      const until = later(now, deps.timing.commandEvery)
      const order = { order: 'volume-connector', payload: {}, operation: operation.id, sequence }
      const command = commandTo({ ...order, host, node: nodeOf(row), server, epoch: row.epoch })
      return { kind: 'parked', until, command }
    },
    undo: 'nothing to undo: the server keeps its volumes, wherever it is made next',
  }
}

const nodeOf = ({ node }: InstanceRow): NodeName | null => (node === null ? null : id<NodeName>(node))

async function connected({ deps }: AtCell, rows: readonly VolumeAttachmentRow[], host: HostName, output: unknown) {
  const { connector } = output as { readonly connector: Readonly<Record<string, unknown>> }
  const all: { readonly row: VolumeAttachmentRow; readonly connection: VolumeConnection }[] = []
  for (const row of rows)
    all.push({ row, connection: await deps.volumes.connect(row.attachment ?? '', host, connector) })
  return async (tx: Parameters<typeof changeVolumeAttachment>[0]): Promise<void> => {
    for (const { row, connection } of all) {
      const named = { server: id<EvacuationRequest['server']>(row.server), volume: id<VolumeId>(row.volume) }
      await changeVolumeAttachment(tx, named, row.status, { connection })
    }
  }
}
