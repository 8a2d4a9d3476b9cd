import type { ApiDeps } from '../deps.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { ServerGroup } from '../../domain/server-group/server-group.ts'
import type { ServerGroupId } from '../../domain/ids.ts'
import { authorize, isAllowed } from '../authorize.ts'
import { charge, giveBack } from '../../storage/global/quotas.ts'
import {
  deleteServerGroup,
  groupOfServers,
  holdGroup,
  insertServerGroup,
  listServerGroups,
} from '../../storage/global/server-groups.ts'
import { id } from '../../domain/ids.ts'
import { newServerGroup, serverGroupQuery, type NewServerGroup, type ServerGroupQuery } from './input.ts'
import { parse } from '../parse.ts'
import { reference } from '../fields.ts'
import { serverGroupErrors } from '../../domain/server-group/errors.ts'

/**
 * Servers that shall stand together or apart. A group is named by its id. Every verb throws `policy.forbidden`, and
 * `server_group.invalid` for what it cannot read.
 */
export interface ServerGroupVerbs {
  /** @throws `quota.exceeded` */
  create(group: NewServerGroup): Promise<ServerGroup>
  /** @throws `server_group.not_found`, also for a group of another project */
  get(group: string): Promise<ServerGroup>
  /** Oldest first. A page that is full may have another after its last group's id. */
  list(query?: ServerGroupQuery): Promise<readonly ServerGroup[]>
  /** Its members stay where they are, and are bound no more. @throws `server_group.not_found` */
  delete(group: string): Promise<void>
}

export function serverGroupVerbs({ global, policy, ids }: ApiDeps, context: RequestContext): ServerGroupVerbs {
  const { project, user } = context
  const allow = (rule: string): void => authorize(policy, rule, context, context)
  /** Of a group that the caller may not touch nobody learns that it exists. */
  const known = (rule: string, wanted: ServerGroupId, group: ServerGroup | null): ServerGroup => {
    if (group === null || !isAllowed(policy, rule, context, group)) throw serverGroupErrors.not_found({ group: wanted })
    return group
  }
  return {
    create: async (input) => {
      allow('server_groups:create')
      const { maxServerPerHost = 1, ...asked } = parse(newServerGroup, input, invalid)
      const group = { ...asked, id: id<ServerGroupId>(ids.uuid()), project, user, maxServerPerHost }
      return global.write(async (tx) => {
        const created = { ...group, createdAt: await tx.now() }
        await insertServerGroup(tx, created)
        await charge(tx, { subject: group.id, project, user, amounts: { server_groups: 1 } })
        return { ...created, members: [] }
      })
    },
    get: async (group) => {
      allow('server_groups:get')
      const wanted = id<ServerGroupId>(parse(reference, group, invalid, 'its id'))
      return global.read(async (tx) => known('server_groups:get', wanted, await groupOfServers(tx, wanted)))
    },
    list: async (query = {}) => {
      allow('server_groups:list')
      const { allProjects, ...page } = parse(serverGroupQuery, query, invalid)
      if (allProjects) allow('server_groups:list:all_projects')
      const selection = { ...page, project: allProjects ? null : project }
      const groups = await global.read((tx) => listServerGroups(tx, selection))
      if (groups === null) throw invalid('the marker is not the id of a group in this list.')
      return groups
    },
    delete: async (group) => {
      allow('server_groups:delete')
      const wanted = id<ServerGroupId>(parse(reference, group, invalid, 'its id'))
      await global.write(async (tx) => {
        known('server_groups:delete', wanted, await holdGroup(tx, wanted))
        await deleteServerGroup(tx, wanted)
        await giveBack(tx, wanted)
      })
    },
  }
}

function invalid(what: string): NovakitError {
  return serverGroupErrors.invalid({ what })
}
