import type { CellTables } from '../../storage/cell/tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Command } from '../../domain/operation/command.ts'
import type { HostName, NodeName, ServerId } from '../../domain/ids.ts'
import type { Report } from '../../domain/operation/operation.ts'
import { id } from '../../domain/ids.ts'
import { namedUuid } from '../../system/ids.ts'
import { tombstonesOn } from '../../storage/cell/tombstones.ts'

/** The step under which a host answers what it was told of its dead; no saga has one of that name. */
const STEP = 'tombstone'

/**
 * What a host that is heard of (again) is to be told: to make sure that nothing is left of servers that were given up
 * while it was away. It is told at every sign of life until it has said that it is done.
 */
export async function burials(tx: CellTx, host: HostName): Promise<readonly Command[]> {
  const dead = await tombstonesOn(tx, host)
  return [...dead].map(([server, epoch]) => burial(host, server, epoch))
}

function burial(host: HostName, server: ServerId, epoch: number): Command {
  return {
    operation: id(namedUuid(STEP, host, server, String(epoch))),
    step: STEP,
    attempt: 1,
    host,
    node: id<NodeName>('every node'),
    server,
    epoch,
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
