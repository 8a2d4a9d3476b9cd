import type { ApiDeps } from '../../deps.ts'
import type { CellTx } from '../../../ports/storage.ts'
import type { Flavor } from '../../../domain/flavor/flavor.ts'
import type { HostName, MigrationId, NodeName, ProjectId, ServerId, UserId } from '../../../domain/ids.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ResizeRequest } from '../../../lifecycle/index.ts'
import type { ServerBlueprint } from '../../../domain/server/blueprint.ts'
import { addMigration } from '../../../storage/cell/migrations-of.ts'
import { addressOf } from '../find-server.ts'
import { authorize } from '../../authorize.ts'
import { begin, RESIZE } from '../../../lifecycle/index.ts'
import { checkFit } from '../usable-image.ts'
import { hostErrors } from '../../../domain/host/errors.ts'
import { hostRow, isUp } from '../../../storage/cell/hosts.ts'
import { id } from '../../../domain/ids.ts'
import { inCell } from './in-cell.ts'
import { instanceRow } from '../../../storage/cell/instances.ts'
import { checkQuota } from '../../../storage/global/quotas.ts'
import { serverErrors } from '../../../domain/server/errors.ts'
import { visibleFlavor } from '../../flavors/visible-flavor.ts'

/**
 * Gives a server another flavor, mostly on another host. It rests `resized` then, until that is confirmed or reverted
 * (nova/compute/api.py, `resize`). What is charged for growing is charged as it is placed: what is looked at here is
 * only whether there is any sense in it.
 * @throws `flavor.not_found`, `server.invalid` for its own flavor and for smaller disks, `image.flavor_too_small`,
 *   `quota.exceeded`, `host.unreachable` where its host is down
 */
export async function resizeServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  wanted: string,
): Promise<void> {
  const { cell, released } = await addressOf(deps, context, server, 'servers:resize')
  const after = await deps.global.read((tx) => visibleFlavor(tx, context, deps.policy, wanted))
  const row = cell === null || released ? null : await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
  if (row !== null) await checkGrowth(deps, row, after)
  await move(deps, context, server, 'resize', (current) => {
    const before = flavorOf(current)
    checkFlavors(current, before, after)
    return { flavors: { before, after }, requestedHost: null, mayStay: deps.allowResizeToSameHost }
  })
}

/**
 * Moves a server with its disks to another host: the one that is given, or one that the scheduler chooses.
 * @throws `host.not_found`, `server.invalid` for the host that it is on, `host.unreachable` where that is down
 */
export async function migrateServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  requestedHost: HostName | null,
): Promise<void> {
  await addressOf(deps, context, server, 'servers:migrate')
  if (requestedHost !== null) authorize(deps.policy, 'servers:migrate:host', context)
  await move(deps, context, server, 'migrate', async (row, tx) => {
    if (requestedHost !== null && requestedHost === row.host) {
      throw serverErrors.invalid({ what: `${server} is on that host already.` })
    }
    if (requestedHost !== null && (await hostRow(tx, requestedHost)) === null) {
      throw hostErrors.not_found({ host: requestedHost })
    }
    const flavor = flavorOf(row)
    return { flavors: { before: flavor, after: flavor }, requestedHost, mayStay: false }
  })
}

type Wish = Pick<ResizeRequest, 'flavors' | 'requestedHost' | 'mayStay'>

async function move(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  action: 'resize' | 'migrate',
  wishOf: (row: InstanceRow, tx: CellTx) => Wish | Promise<Wish>,
): Promise<void> {
  await inCell(deps, context, server, action, async (tx, row, cell) => {
    const source = sourceOf(row)
    if (source === null) throw serverErrors.no_host({ server })
    const wish = await wishOf(row, tx)
    await mustBeUp(tx, deps, source.host)
    const migration = id<MigrationId>(deps.ids.uuid())
    const { vm_state: from, epoch } = row
    const operation = await begin(tx, deps, context, row, {
      action,
      kind: RESIZE,
      record: action,
      event: 'instance.resize.start',
      within: deps.actWithin,
      request: (sequence): ResizeRequest => ({ server, migration, from, epoch, sequence, source, ...wish }),
    })
    if (operation === null) return null
    await addMigration(tx, {
      id: migration,
      server,
      type: action === 'resize' ? 'resize' : 'migration',
      status: 'pre-migrating',
      source,
      destination: { host: null, node: null },
      resize: { epoch, from, flavors: wish.flavors },
    })
    tx.afterCommit(() => deps.wake(cell, operation))
    return operation
  })
}

const flavorOf = (row: InstanceRow): Flavor => JSON.parse(row.flavor) as Flavor

function sourceOf({ host, node }: InstanceRow): ResizeRequest['source'] | null {
  return host === null ? null : { host: id<HostName>(host), node: id<NodeName>(node ?? host) }
}

async function mustBeUp(tx: CellTx, { downAfter }: ApiDeps, host: HostName): Promise<void> {
  const row = await hostRow(tx, host)
  if (row === null || !isUp(row, await tx.now(), downAfter)) throw hostErrors.unreachable({}, { detail: { host } })
}

/** @throws `server.invalid`, `image.flavor_too_small` */
function checkFlavors({ id: server, blueprint }: InstanceRow, before: Flavor, after: Flavor): void {
  if (before.id === after.id) throw serverErrors.invalid({ what: `${server} has the flavor ${after.name} already.` })
  const { image, blockDevices } = JSON.parse(blueprint) as ServerBlueprint
  if (blockDevices.some(({ bootIndex, destination }) => bootIndex === 0 && destination === 'volume')) return
  const shrinks = after.disk < before.disk || after.ephemeral < before.ephemeral
  if (shrinks)
    throw serverErrors.invalid({ what: `the disks of ${server} cannot become smaller, as ${after.name} has them.` })
  if (image !== null) checkFit(after, image)
}

/** @throws `quota.exceeded` */
async function checkGrowth(deps: ApiDeps, row: InstanceRow, after: Flavor): Promise<void> {
  const before = flavorOf(row)
  const amounts = {
    cores: Math.max(0, after.vcpus - before.vcpus),
    ram: Math.max(0, after.memory - before.memory),
  }
  const payer = { project: id<ProjectId>(row.project), user: id<UserId>(row.user) }
  await deps.global.read((tx) => checkQuota(tx, payer, amounts))
}
