import type { ApiDeps } from '../../deps.ts'
import type { Image } from '../../../domain/image/image.ts'
import type { Json } from '../../../domain/json.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerBlueprint } from '../../../domain/server/blueprint.ts'
import type { ServerId } from '../../../domain/ids.ts'
import { act } from './act.ts'
import { serverErrors } from '../../../domain/server/errors.ts'
import { usableImage } from '../usable-image.ts'

/** What the guest's administrator logs in with while it is rescued. */
export interface Rescued {
  readonly adminPassword: string
}

export interface ParsedRescue {
  readonly image?: string | undefined
  readonly adminPassword?: string | undefined
}

const PASSWORD_BYTES = 12

/** Without an image it is the one that the server was made from. @throws `image.*` */
export async function rescueServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  { image: wanted, adminPassword = newPassword(deps) }: ParsedRescue,
): Promise<Rescued> {
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

function newPassword({ secrets }: ApiDeps): string {
  return Buffer.from(secrets.randomBytes(PASSWORD_BYTES)).toString('base64url')
}
