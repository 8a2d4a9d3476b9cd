import type { AtCell } from '../deps.ts'
import type { HostName, ServerId, VolumeId } from '../../domain/ids.ts'
import type { VolumeAttachmentRow } from '../../storage/cell/tables.ts'
import type { Done, Failed, Parked, Step, StepContext } from '../../saga/index.ts'
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

/** Whose host has changed. */
export interface Reconnected {
  readonly server: ServerId
  /** The guest's epoch before. */
  readonly epoch: number
  readonly sequence: number
}

/** The volumes of a server that has another host: from now on it is that one which reaches them. */
export function reconnectStep(at: AtCell): Step<'cell', Reconnected> {
  return {
    name: 'reconnect',
    run: (context) => reconnect(at, context, context.request.epoch + 1),
    undo: 'nothing to undo: the server keeps its volumes, wherever it is made next',
  }
}

/** @param epoch the server's, on the host that is to reach them */
export async function reconnect(
  at: AtCell,
  { report, request, operation, now }: Pick<StepContext<Reconnected>, 'report' | 'request' | 'operation' | 'now'>,
  epoch: number,
): Promise<Done<'cell'> | Parked<'cell'> | Failed> {
  const { deps, cell } = at
  const { server, sequence } = request
  if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
  const { row, volumes } = await deps.cells.get(cell).read(async (tx) => ({
    row: await instanceRow(tx, server),
    volumes: (await volumeAttachmentRows(tx, server)).filter((one) => pluggedVolumes([one]).length > 0),
  }))
  if (row === null || row.host === null || row.epoch !== epoch || row.task_state === 'deleting') {
    return failed(problemOf(serverErrors.changed_meanwhile({ server })))
  }
  if (volumes.length === 0) return done()
  const host = id<HostName>(row.host)
  if (report?.outcome.kind === 'done') return done(null, await connected(at, volumes, host, report.outcome.output))
  if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
  const until = later(now, deps.timing.commandEvery)
  const order = { order: 'volume-connector', payload: {}, operation: operation.id, sequence }
  const command = commandTo({ ...order, host, node: row.node, server, epoch: row.epoch })
  return { kind: 'parked', until, command }
}

async function connected({ deps }: AtCell, rows: readonly VolumeAttachmentRow[], host: HostName, output: unknown) {
  const { connector } = output as { readonly connector: Readonly<Record<string, unknown>> }
  const all: { readonly row: VolumeAttachmentRow; readonly connection: VolumeConnection }[] = []
  for (const row of rows)
    all.push({ row, connection: await deps.volumes.connect(row.attachment ?? '', host, connector) })
  return async (tx: Parameters<typeof changeVolumeAttachment>[0]): Promise<void> => {
    for (const { row, connection } of all) {
      const named = { server: id<ServerId>(row.server), volume: id<VolumeId>(row.volume) }
      await changeVolumeAttachment(tx, named, row.status, { connection })
    }
  }
}
