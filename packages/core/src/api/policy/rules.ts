import type { Action } from '../../domain/server/moves.ts'

/**
 * Who may do it. A role stands for those below it too: admin ⊃ manager ⊃ member ⊃ reader (Keystone's implied roles).
 * Administrators act in every project, the others in their own. `service` is a role by itself.
 */
export type Who =
  | 'nobody'
  | 'service'
  | 'admin'
  | 'manager_of_project'
  | 'member_of_project'
  | 'reader_of_project'
  | 'owner_user'
  | 'anyone'

/** What can be done to a server: who may do it follows Nova's defaults (nova/policies, master of 2026-08). */
const actions = {
  'servers:create': 'member_of_project',
  'servers:start': 'member_of_project',
  'servers:stop': 'member_of_project',
  'servers:rebootSoft': 'member_of_project',
  'servers:rebootHard': 'member_of_project',
  'servers:pause': 'member_of_project',
  'servers:unpause': 'member_of_project',
  'servers:suspend': 'member_of_project',
  'servers:resume': 'member_of_project',
  'servers:rescue': 'member_of_project',
  'servers:unrescue': 'member_of_project',
  'servers:createImage': 'member_of_project',
  'servers:createBackup': 'member_of_project',
  'servers:changePassword': 'member_of_project',
  'servers:rebuild': 'member_of_project',
  'servers:evacuate': 'admin',
  'servers:resize': 'member_of_project',
  'servers:migrate': 'manager_of_project',
  'servers:confirmResize': 'member_of_project',
  'servers:revertResize': 'member_of_project',
  'servers:liveMigrate': 'manager_of_project',
  'servers:liveMigrateForceComplete': 'manager_of_project',
  'servers:liveMigrateAbort': 'manager_of_project',
  'servers:shelve': 'member_of_project',
  'servers:shelveOffload': 'admin',
  'servers:unshelve': 'member_of_project',
  'servers:delete': 'member_of_project',
  'servers:softDelete': 'member_of_project',
  'servers:restore': 'member_of_project',
  'servers:forceDelete': 'member_of_project',
  'servers:attachVolume': 'member_of_project',
  'servers:detachVolume': 'member_of_project',
  'servers:swapVolume': 'service',
  'servers:attachInterface': 'member_of_project',
  'servers:detachInterface': 'member_of_project',
  'servers:updateMetadata': 'member_of_project',
  'servers:update': 'member_of_project',
  'servers:setTags': 'member_of_project',
  'servers:crashDump': 'member_of_project',
  'servers:lock': 'member_of_project',
  'servers:unlock': 'member_of_project',
  'servers:resetState': 'admin',
} as const satisfies Record<`servers:${Action}`, Who>

/** Every rule there is, named `noun:verb` and where a verb has finer rights `noun:verb:right`. */
export const rules = {
  ...actions,
  'servers:create:forced_host': 'admin',
  'servers:migrate:host': 'admin',
  'servers:unshelve:host': 'admin',
  'servers:get': 'reader_of_project',
  'servers:get:placement': 'admin',
  'servers:list': 'reader_of_project',
  'servers:list:all_projects': 'admin',
  'servers:unlock:override': 'admin',
  'servers:consoleOutput': 'member_of_project',
  'servers:diagnostics': 'admin',

  'flavors:create': 'admin',
  'flavors:get': 'anyone',
  'flavors:get:all_projects': 'admin',
  'flavors:list': 'anyone',
  'flavors:list:all_projects': 'admin',
  'flavors:delete': 'admin',
  'flavors:setDescription': 'admin',
  'flavors:extraSpecs:set': 'admin',
  'flavors:extraSpecs:unset': 'admin',
  'flavors:access:list': 'admin',
  'flavors:access:grant': 'admin',
  'flavors:access:revoke': 'admin',

  'key_pairs:create': 'owner_user',
  'key_pairs:get': 'owner_user',
  'key_pairs:list': 'owner_user',
  'key_pairs:delete': 'owner_user',

  'server_groups:create': 'member_of_project',
  'server_groups:get': 'reader_of_project',
  'server_groups:list': 'reader_of_project',
  'server_groups:list:all_projects': 'admin',
  'server_groups:delete': 'member_of_project',

  'aggregates:create': 'admin',
  'aggregates:get': 'admin',
  'aggregates:list': 'admin',
  'aggregates:update': 'admin',
  'aggregates:setMetadata': 'admin',
  'aggregates:delete': 'admin',
  'aggregates:addHost': 'admin',
  'aggregates:removeHost': 'admin',

  'zones:list': 'anyone',
  'zones:list:detailed': 'admin',

  'quotas:get': 'reader_of_project',
  'quotas:set': 'admin',
  'quotas:reset': 'admin',
  'quotas:defaults': 'anyone',
  'quotas:setDefaults': 'admin',

  'hosts:get': 'admin',
  'hosts:list': 'admin',
  'hosts:enable': 'admin',
  'hosts:disable': 'admin',
  'hosts:forceDown': 'admin',

  'cells:list': 'admin',
  'cells:create': 'admin',
  'cells:discoverHosts': 'admin',
  'cells:enable': 'admin',
  'cells:disable': 'admin',
} as const satisfies Record<string, Who>

export type Rule = keyof typeof rules
