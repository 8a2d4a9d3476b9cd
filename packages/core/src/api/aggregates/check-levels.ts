import type { ConsumerId, HostName } from '../../domain/ids.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { PlacementLedger } from '../../ports/placement.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { id } from '../../domain/ids.ts'
import { membersCountedBy } from '../../storage/global/server-groups.ts'
import { nodesOfHost } from '../../storage/global/hosts.ts'

/**
 * A host stays in its place of a level while it holds servers of a group that counts by that level: their rule was
 * claimed for the place they were put. The hosts must be held.
 * @param levels metadata keys that the hosts come to have, or lose
 * @throws `aggregate.in_use`
 */
export async function checkLevels(
  tx: GlobalTx,
  ledger: PlacementLedger,
  hosts: readonly HostName[],
  levels: readonly string[],
): Promise<void> {
  if (hosts.length === 0 || levels.length === 0) return
  const members = await membersCountedBy(tx, levels)
  if (members.length === 0) return
  const allocations = await ledger.allocationsOf(
    tx,
    members.map((server) => id<ConsumerId>(server)),
  )
  const providers = [...new Set(allocations.map(({ provider }) => provider))]
  const inUse = new Set((await ledger.providers(tx, providers)).map(({ root }) => root))
  for (const host of hosts) {
    const nodes = await nodesOfHost(tx, host)
    if (nodes.some(({ provider }) => inUse.has(provider))) throw aggregateErrors.in_use({ host })
  }
}
