import type { ApiDeps } from '../../deps.ts'
import type { InstanceChange } from '../../../storage/cell/instances.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { ParsedChange } from './input.ts'
import type { ProjectId, ServerId } from '../../../domain/ids.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { changeInstance } from '../../../storage/cell/instances.ts'
import { checkMetadata } from '../check-metadata.ts'
import { id } from '../../../domain/ids.ts'
import { inCell } from './in-cell.ts'
import { publish } from '../../../saga/index.ts'
import { limitsInForce } from '../../../storage/global/quota-limits.ts'

/** What a server is called, and said of it. */
export function updateServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  change: ParsedChange,
): Promise<void> {
  return describe(deps, context, server, 'update', () => ({
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.description === undefined ? {} : { description: change.description }),
  }))
}

/** Items that are given take the place of those of their name; null takes one away. @throws `quota.exceeded` */
export async function changeMetadata(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  items: Readonly<Record<string, string | null>>,
): Promise<Readonly<Record<string, string>>> {
  let metadata: Readonly<Record<string, string>> = {}
  // Read before the transaction in the cell: a limit that is changed meanwhile counts from the next request on.
  const limits = await deps.global.read((tx) => limitsInForce(tx, context.project, context.user))
  await describe(deps, context, server, 'updateMetadata', (row) => {
    metadata = merged(JSON.parse(row.metadata) as Record<string, string>, items)
    checkMetadata(limits, metadata)
    return { metadata: JSON.stringify(metadata) }
  })
  return metadata
}

function merged(
  before: Readonly<Record<string, string>>,
  items: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const all = Object.entries({ ...before, ...items })
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null))
}

/** These and no others. */
export function setTags(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  tags: readonly string[],
): Promise<void> {
  return describe(deps, context, server, 'setTags', () => ({ tags: JSON.stringify([...new Set(tags)]) }))
}

async function describe(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  action: 'update' | 'updateMetadata' | 'setTags',
  changeOf: (row: InstanceRow) => InstanceChange,
): Promise<void> {
  await inCell(deps, context, server, action, async (tx, row) => {
    const expected = { taskState: row.task_state, epoch: row.epoch }
    if (!(await changeInstance(tx, server, expected, changeOf(row)))) return null
    const told = { server, project: id<ProjectId>(row.project), operation: null }
    await publish(tx, deps.ids, server, 'instance.update', told)
    return true
  })
}
