import type { GlobalTx } from '../../ports/storage.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { ServerGroup } from '../../domain/server-group/server-group.ts'
import type { ServerGroupId, ServerId } from '../../domain/ids.ts'
import { addMembers, holdGroup } from '../../storage/global/server-groups.ts'
import { id } from '../../domain/ids.ts'
import { limitsInForce } from '../../storage/global/quota-limits.ts'
import { parse } from '../parse.ts'
import { quotaErrors } from '../../domain/quota/errors.ts'
import { reference } from '../fields.ts'
import { serverGroupErrors } from '../../domain/server-group/errors.ts'
import { UNLIMITED } from '../../domain/quota/quota.ts'

/**
 * The group that servers are about to join, held until the transaction ends: it is not deleted meanwhile, and its
 * members are those read here.
 * @throws `server_group.not_found`, also for a group of another project
 */
export async function groupForCreate(tx: GlobalTx, context: RequestContext, group: string): Promise<ServerGroup> {
  const wanted = id<ServerGroupId>(parse(reference, group, (what) => serverGroupErrors.invalid({ what }), 'its id'))
  const held = await holdGroup(tx, wanted)
  if (held === null || held.project !== context.project) throw serverGroupErrors.not_found({ group: wanted })
  return held
}

/**
 * Servers of a group with partitions name theirs, and no others do.
 * @throws `server_group.partition_missing`, `server_group.partition_unused`
 */
export function checkPartition(group: ServerGroup | null, partition: string | undefined): void {
  const divided = group?.policy === 'partition'
  if (divided && partition === undefined) throw serverGroupErrors.partition_missing({ group: group.id })
  if (!divided && partition !== undefined) throw serverGroupErrors.partition_unused({})
}

/** Makes servers members of a group held by {@link groupForCreate}. @throws `quota.exceeded` */
export async function joinGroup(
  tx: GlobalTx,
  context: RequestContext,
  { id: group, members }: ServerGroup,
  servers: readonly ServerId[],
  partition: string | null,
): Promise<void> {
  const resource = 'server_group_members'
  const limits = await limitsInForce(tx, context.project, context.user)
  const limit = limits.user[resource] ?? limits.project[resource]
  const used = members.length
  if (limit !== UNLIMITED && used + servers.length > limit)
    throw quotaErrors.exceeded({ resource, requested: servers.length, used, limit })
  await addMembers(tx, group, servers, partition)
}
