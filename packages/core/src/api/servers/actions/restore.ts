import type { ApiDeps } from '../../deps.ts'
import type { Flavor } from '../../../domain/flavor/flavor.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ProjectId, ServerId, UserId } from '../../../domain/ids.ts'
import { act } from './act.ts'
import { addressOf } from '../find-server.ts'
import { chargeOf } from '../../../domain/quota/quota.ts'
import { checkQuota } from '../../../storage/global/quotas.ts'
import { id } from '../../../domain/ids.ts'
import { instanceRow } from '../../../storage/cell/instances.ts'

/**
 * Takes back a deletion while that can be done. The server counts against its project's quota again: whether there is
 * room is looked at now, and charged when it is carried out (nova/compute/api.py, `restore`).
 * @throws `quota.exceeded`
 */
export async function restoreServer(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<void> {
  const { cell } = await addressOf(deps, context, server, 'servers:restore')
  const row = cell === null ? null : await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
  if (row?.vm_state === 'soft-delete') await mustFit(deps, row)
  await act(deps, context, server, 'restore')
}

async function mustFit({ global }: ApiDeps, row: InstanceRow): Promise<void> {
  const payer = { project: id<ProjectId>(row.project), user: id<UserId>(row.user) }
  await global.read((tx) => checkQuota(tx, payer, chargeOf(JSON.parse(row.flavor) as Flavor)))
}
