import type { AtCell } from '../deps.ts'
import type { Command } from '../../domain/operation/command.ts'
import type { Commit, Failed, Parked, StepContext } from '../../saga/index.ts'
import type { HostName } from '../../domain/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { SnapshotRequest } from '../../lifecycle/index.ts'
import { commandTo } from '../command-to.ts'
import { failed } from '../../saga/index.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay } from '../act/settle.ts'
import { later } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'

type Context = StepContext<SnapshotRequest>

/** Asks the server's host, if the server is still where the action has brought it. */
export async function askHost(
  at: AtCell,
  { request, operation, now }: Context,
  order: string,
  payload: object,
  commit: Commit<'cell'>,
): Promise<Parked<'cell'> | Failed> {
  const { deps, cell } = at
  const { server } = request
  const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
  if (row === null || !isUnderWay(row, request)) return failed(problemOf(serverErrors.changed_meanwhile({ server })))
  if (row.host === null) return failed(problemOf(serverErrors.no_host({ server })))
  const host = id<HostName>(row.host)
  if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
  const command = commandOf(request, operation.id, row, host, order, payload)
  return { kind: 'parked', until: later(now, deps.timing.commandEvery), command, commit }
}

export function commandOf(
  { server, epoch, sequence }: SnapshotRequest,
  operation: Command['operation'],
  row: Pick<InstanceRow, 'node'>,
  host: HostName,
  order: string,
  payload: object,
): Command {
  return commandTo({ operation, host, node: row.node, server, epoch, sequence, order, payload })
}
