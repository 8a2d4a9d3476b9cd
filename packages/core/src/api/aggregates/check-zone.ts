import type { Aggregate } from '../../domain/aggregate/aggregate.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { HostName } from '../../domain/ids.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { aggregateStates } from '../../storage/global/aggregates.ts'

/**
 * A host has one zone, though it may be in several aggregates that make it. The hosts must be held, so that none of them
 * comes into another zone meanwhile.
 * @throws `aggregate.other_zone` where one of the hosts is in another zone by another aggregate
 */
export async function checkZone(
  tx: GlobalTx,
  aggregate: Aggregate,
  zone: string | null,
  hosts: readonly HostName[],
): Promise<void> {
  if (zone === null || hosts.length === 0) return
  for (const other of await aggregateStates(tx)) {
    if (other.id === aggregate.id || other.zone === null || other.zone === zone) continue
    const host = hosts.find((each) => other.hosts.includes(each))
    if (host !== undefined) throw aggregateErrors.other_zone({ host, zone: other.zone })
  }
}
