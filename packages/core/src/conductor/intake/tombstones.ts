import type { CellTables } from '../../storage/cell/tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Command } from '../../domain/operation/command.ts'
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { Report } from '../../domain/operation/operation.ts'
import { id } from '../../domain/ids.ts'
import { namedUuid } from '../../system/ids.ts'

/** The step under which a host answers what it was told of its dead; no saga has one of that name. */
const STEP = 'tombstone'

/** How many a host is told of at once. */
const PAGE = 100

/**
 * What a host that is heard of (again) is to be told: to make sure that nothing is left of servers that were given up
 * while it was away. At every sign of life it is told of some that it has not said to be done; where there are more,
 * those follow that have waited longest, so that what it cannot do keeps nothing else back.
 */
export async function burials(tx: CellTx, host: HostName): Promise<readonly Command[]> {
  const dead = await tx
    .db<CellTables>()
    .selectFrom('tombstone')
    .select(['server', 'epoch'])
    .where('host', '=', host)
    .orderBy('at')
    .orderBy('server')
    .orderBy('epoch')
    .limit(PAGE)
    .execute()
  if (dead.length === PAGE) await putLast(tx, host, dead)
  return dead.map(({ server, epoch }) => burial(host, id<ServerId>(server), epoch))
}

async function putLast(tx: CellTx, host: HostName, told: readonly { readonly server: string }[]): Promise<void> {
  const servers = [...new Set(told.map(({ server }) => server))]
  await tx
    .db<CellTables>()
    .updateTable('tombstone')
    .set({ at: await tx.now() })
    .where('host', '=', host)
    .where('server', 'in', servers)
    .execute()
}

function burial(host: HostName, server: ServerId, epoch: number): Command {
  return {
    operation: id(namedUuid(STEP, host, server, String(epoch))),
    step: STEP,
    attempt: 1,
    host,
    node: null,
    server,
    epoch,
    sequence: 0,
    order: 'bury',
    payload: {},
  }
}

/** Whether it answers a {@link burials burial}. */
export function isOfTombstone(report: Report): boolean {
  return report.step === STEP
}

/** The host remembers by itself from now on; what it could not do is asked of it again. */
export async function forgetTombstone(tx: CellTx, { host, server, epoch, outcome }: Report): Promise<void> {
  if (outcome.kind !== 'done' || server === null) return
  await tx
    .db<CellTables>()
    .deleteFrom('tombstone')
    .where('host', '=', host)
    .where('server', '=', server)
    .where('epoch', '<=', epoch)
    .execute()
}
