import type { ApiDeps } from '../deps.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { accessOf, grantAccess, revokeAccess } from '../../storage/global/flavors.ts'
import { authorize } from '../authorize.ts'
import { flavorErrors } from '../../domain/flavor/errors.ts'
import { heldFlavor, visibleFlavor } from './visible-flavor.ts'
import { id } from '../../domain/ids.ts'
import { parse } from '../parse.ts'
import { reference } from '../fields.ts'

/** Which projects may use a private flavor. All verbs throw `flavor.not_found`, and `flavor.access_of_public`. */
export interface AccessVerbs {
  list(flavor: string): Promise<readonly ProjectId[]>
  /** @throws `flavor.access_exists` */
  grant(flavor: string, project: string): Promise<void>
  /** @throws `flavor.access_not_found` */
  revoke(flavor: string, project: string): Promise<void>
}

export function accessVerbs({ global, policy }: ApiDeps, context: RequestContext): AccessVerbs {
  const allow = (rule: string): void => authorize(policy, rule, context, context)
  const privateOne = async (tx: GlobalTx, find: typeof visibleFlavor, idOrName: string): Promise<Flavor> => {
    const flavor = await find(tx, context, policy, idOrName)
    if (flavor.isPublic) throw flavorErrors.access_of_public({ flavor: flavor.name })
    return flavor
  }
  return {
    list: async (flavor) => {
      allow('flavors:access:list')
      return global.read(async (tx) => accessOf(tx, (await privateOne(tx, visibleFlavor, flavor)).id))
    },
    grant: async (flavor, project) => {
      allow('flavors:access:grant')
      const to = id<ProjectId>(parse(reference, project, invalid, 'project'))
      await global.write(async (tx) => {
        const held = await privateOne(tx, heldFlavor, flavor)
        if (!(await grantAccess(tx, held.id, to))) throw flavorErrors.access_exists({ flavor: held.name, project: to })
      })
    },
    revoke: async (flavor, project) => {
      allow('flavors:access:revoke')
      const from = id<ProjectId>(parse(reference, project, invalid, 'project'))
      await global.write(async (tx) => {
        const held = await privateOne(tx, heldFlavor, flavor)
        if (!(await revokeAccess(tx, held.id, from)))
          throw flavorErrors.access_not_found({ flavor: held.name, project: from })
      })
    },
  }
}

function invalid(what: string): NovakitError {
  return flavorErrors.invalid({ what })
}
