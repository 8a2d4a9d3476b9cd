import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Policy } from '../../ports/policy.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { findFlavor, lockFlavor } from '../../storage/global/flavors.ts'
import { flavorErrors } from '../../domain/flavor/errors.ts'
import { isAllowed } from '../authorize.ts'
import { parse } from '../parse.ts'
import { reference } from '../fields.ts'

/**
 * The flavor with that id, or else with that name, as far as the caller may know of it. Every verb that takes a flavor
 * finds it through here: a private flavor of others is one that does not exist (OSSA-2013-019, OSSA-2013-024).
 * @throws `flavor.not_found`, `flavor.invalid`
 */
export async function visibleFlavor(
  tx: GlobalTx,
  context: RequestContext,
  policy: Policy,
  idOrName: string,
): Promise<Flavor> {
  const wanted = parse(reference, idOrName, (what) => flavorErrors.invalid({ what }), 'its id or name')
  const flavor = await findFlavor(tx, wanted, eyesOf(context, policy))
  if (flavor === null) throw flavorErrors.not_found({ flavor: wanted })
  return flavor
}

/** Whose flavors the caller sees; null for those who see all. */
export function eyesOf(context: RequestContext, policy: Policy): ProjectId | null {
  return isAllowed(policy, 'flavors:get:all_projects', context) ? null : context.project
}

/** The same, and nobody else changes it until the transaction ends. */
export async function heldFlavor(
  tx: GlobalTx,
  context: RequestContext,
  policy: Policy,
  idOrName: string,
): Promise<Flavor> {
  const seen = await visibleFlavor(tx, context, policy, idOrName)
  const flavor = await lockFlavor(tx, seen.id)
  if (flavor === null) throw flavorErrors.not_found({ flavor: idOrName })
  return flavor
}
