import type { ActionInput } from './act.ts'
import type { ApiDeps } from '../../deps.ts'
import type { Image } from '../../../domain/image/image.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { Json } from '../../../domain/json.ts'
import type { ParsedRebuild } from './input.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerBlueprint } from '../../../domain/server/blueprint.ts'
import type { ServerId } from '../../../domain/ids.ts'
import { act } from './act.ts'
import { newPassword, type AdminPassword } from './admin-password.ts'
import { checkFit, usableImage } from '../usable-image.ts'
import { checkMetadata } from '../check-metadata.ts'
import { keyPairFor } from '../key-pair-for.ts'
import { limitsInForce } from '../../../storage/global/quota-limits.ts'

/**
 * Makes the guest anew where it is, from the image it was made from or another. What is not given stays as it was; the
 * server is what is asked for from the moment that it is accepted. Without a password it gets a new one.
 * @throws `image.*`, `key_pair.not_found`, `quota.exceeded` for metadata
 */
export async function rebuildServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  input: ParsedRebuild,
): Promise<AdminPassword> {
  const image = input.image === undefined ? null : await usableImage(deps.images, context, input.image)
  const keyPair = await deps.global.read(async (tx) => {
    checkMetadata(await limitsInForce(tx, context.project, context.user), input.metadata ?? {})
    return keyPairFor(tx, context, input.keyName ?? undefined)
  })
  const keys = keyPair === null ? [] : [{ name: keyPair.name, type: keyPair.type, data: keyPair.publicKey }]
  const { adminPassword = newPassword(deps) } = input
  const sealed = deps.secrets.seal(adminPassword)
  await act(deps, context, server, 'rebuild', (row) => {
    const next = rebuilt(row, input, image, keys)
    const options = {
      powerOn: row.vm_state !== 'stopped',
      preserveEphemeral: input.preserveEphemeral,
      adminPassword: sealed,
      // The host may turn out not to be one for another image: then the server is what it was.
      before: next.image?.id === row.image ? null : changeOf(asItIs(row)),
    }
    return { options: options as unknown as Json, change: changeOf(next) }
  })
  return { adminPassword }
}

function asItIs(row: InstanceRow): ServerBlueprint {
  const { name, description } = row
  const metadata = JSON.parse(row.metadata) as Record<string, string>
  return { ...(JSON.parse(row.blueprint) as ServerBlueprint), name, description, metadata }
}

/** @throws `image.flavor_too_small` */
function rebuilt(
  row: InstanceRow,
  input: ParsedRebuild,
  image: Image | null,
  keys: ServerBlueprint['keys'],
): ServerBlueprint {
  const before = asItIs(row)
  const next: ServerBlueprint = {
    ...before,
    image: image ?? before.image,
    name: input.name ?? before.name,
    description: input.description === undefined ? before.description : input.description,
    metadata: input.metadata ?? before.metadata,
    keys: input.keyName === undefined ? before.keys : keys,
    userData: input.userData === undefined ? before.userData : input.userData,
  }
  if (next.image !== null) checkFit(before.flavor, next.image)
  return next
}

function changeOf(next: ServerBlueprint): NonNullable<ActionInput['change']> {
  return {
    name: next.name,
    description: next.description,
    image: next.image?.id ?? null,
    keyName: next.keys[0]?.name ?? null,
    metadata: JSON.stringify(next.metadata),
    blueprint: JSON.stringify(next),
  }
}
