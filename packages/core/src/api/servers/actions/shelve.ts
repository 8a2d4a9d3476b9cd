import type { ApiDeps } from '../../deps.ts'
import type { HostName, ImageId, OperationId, ProjectId, ServerId } from '../../../domain/ids.ts'
import type { ParsedUnshelve } from './input.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerBlueprint } from '../../../domain/server/blueprint.ts'
import type { UnshelveRequest } from '../../../lifecycle/index.ts'
import { addressOf } from '../find-server.ts'
import { aggregateErrors } from '../../../domain/aggregate/errors.ts'
import { aggregatesOfHost, zoneExists } from '../../../storage/global/aggregates.ts'
import { authorize } from '../../authorize.ts'
import { beginOffload, beginSnapshot, beginUnshelve } from '../../../lifecycle/index.ts'
import { cellOfHost } from '../../../storage/global/hosts.ts'
import { DEFAULT_ZONE } from '../../../domain/aggregate/aggregate.ts'
import { hostErrors } from '../../../domain/host/errors.ts'
import { id } from '../../../domain/ids.ts'
import { inCell } from './in-cell.ts'
import { millis } from '../../../domain/unit/units.ts'
import { serverErrors } from '../../../domain/server/errors.ts'
import { snapshotFrom } from './snapshot-from.ts'
import { wrongState } from './guard.ts'

/** Milliseconds that a guest has to shut down by itself. Nova's `shutdown_timeout`. */
const GRACEFUL = 60_000

/** Stops a server and makes an image of it; where the cloud says so it leaves its host at once. */
export async function shelveServer(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<void> {
  await inCell(deps, context, server, 'shelve', async (tx, row, cell) => {
    if (row.host === null) throw serverErrors.no_host({ server })
    const image = id<ImageId>(deps.ids.uuid())
    const snapshot = snapshotFrom(row, context, image, `${row.name}-shelved`, 'snapshot', {})
    // Who does not run cannot be asked to shut down.
    const graceful = row.vm_state === 'active' ? GRACEFUL : null
    const within = millis(deps.actWithin + (graceful ?? 0))
    const operation = await beginSnapshot(tx, deps, context, row, { action: 'shelve', snapshot, graceful, within })
    return woken(deps, cell, operation, tx)
  })
}

/** Takes a shelved server from its host now. */
export async function offloadServer(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<void> {
  await inCell(deps, context, server, 'shelveOffload', async (tx, row, cell) => {
    if (row.host === null) throw serverErrors.no_host({ server })
    const order = { record: 'shelveOffload', within: deps.actWithin } as const
    return woken(deps, cell, await beginOffload(tx, deps, context, row, order), tx)
  })
}

/**
 * Makes a shelved server run again. Where it goes may be said of one that is on no host.
 * @throws `server.wrong_state`, `aggregate.zone_not_found`, `host.not_found`, `server.invalid` for a host of another zone
 */
export async function unshelveServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  { zone, host }: ParsedUnshelve,
): Promise<void> {
  if (host !== undefined) await mayChooseHost(deps, context, server)
  const wanted: Pick<UnshelveRequest, 'host' | 'zone'> = {
    host: host === undefined ? null : id<HostName>(host),
    zone: zone === undefined ? null : { to: zone },
  }
  const zoneOfHost = await checkDestination(deps, wanted)
  await inCell(deps, context, server, 'unshelve', async (tx, row, cell) => {
    const isSaid = wanted.host !== null || wanted.zone !== null
    if (isSaid && row.vm_state !== 'shelved_offloaded') throw wrongState(server, 'unshelve', row)
    const pinned = wanted.zone === null ? (JSON.parse(row.blueprint) as ServerBlueprint).zone : wanted.zone.to
    if (zoneOfHost !== null && pinned !== null && pinned !== zoneOfHost) {
      throw serverErrors.invalid({ what: `host ${wanted.host} is not in zone ${pinned}.` })
    }
    const operation = await beginUnshelve(tx, deps, context, row, { ...wanted, within: deps.actWithin })
    return woken(deps, cell, operation, tx)
  })
}

function woken(
  deps: ApiDeps,
  cell: Parameters<ApiDeps['wake']>[0],
  operation: OperationId | null,
  tx: { afterCommit(task: () => void): void },
): OperationId | null {
  if (operation !== null) tx.afterCommit(() => deps.wake(cell, operation))
  return operation
}

async function mayChooseHost(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<void> {
  const { project } = await addressOf(deps, context, server, 'servers:unshelve')
  authorize(deps.policy, 'servers:unshelve:host', context, { project: id<ProjectId>(project) })
}

/** @returns the zone of the host, where one is named */
function checkDestination(
  { global }: ApiDeps,
  { host, zone }: Pick<UnshelveRequest, 'host' | 'zone'>,
): Promise<string | null> {
  return global.read(async (tx) => {
    const to = zone?.to ?? null
    if (to !== null && !(await zoneExists(tx, to))) throw aggregateErrors.zone_not_found({ zone: to })
    if (host === null) return null
    if ((await cellOfHost(tx, host)) === null) throw hostErrors.not_found({ host })
    const [own] = (await aggregatesOfHost(tx, host)).flatMap((one) => one.zone ?? [])
    return own ?? DEFAULT_ZONE
  })
}
