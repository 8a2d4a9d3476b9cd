import type { ApiDeps } from '../../deps.ts'
import type { Image } from '../../../domain/image/image.ts'
import type { Json } from '../../../domain/json.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerBlueprint } from '../../../domain/server/blueprint.ts'
import type { ServerId } from '../../../domain/ids.ts'
import { act } from './act.ts'
import { newPassword, type AdminPassword } from './admin-password.ts'
import { serverErrors } from '../../../domain/server/errors.ts'
import { usableImage } from '../usable-image.ts'

export interface ParsedRescue {
  readonly image?: string | undefined
  readonly adminPassword?: string | undefined
}

/** Without an image it is the one that the server was made from. @throws `image.*` */
export async function rescueServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  { image: wanted, adminPassword = newPassword(deps) }: ParsedRescue,
): Promise<AdminPassword> {
  const given = wanted === undefined ? null : await usableImage(deps.images, context, wanted)
  const sealed = deps.secrets.seal(adminPassword)
  await act(deps, context, server, 'rescue', ({ blueprint }) => {
    const image = given ?? imageOf(server, blueprint)
    return { options: { image, adminPassword: sealed } as unknown as Json }
  })
  return { adminPassword }
}

function imageOf(server: ServerId, blueprint: string): Image {
  const { image } = JSON.parse(blueprint) as ServerBlueprint
  if (image !== null) return image
  throw serverErrors.invalid({ what: `${server} was made from no image; name one to rescue it with.` })
}
