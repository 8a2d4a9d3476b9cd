import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { Image } from '../../domain/image/image.ts'
import type { ImageControl } from '../../ports/image.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { bytesToGibRoundedUp } from '../../domain/unit/units.ts'
import { imageErrors } from '../../domain/image/errors.ts'

/** The image with that id or name, if the caller may use it and it is complete. @throws `image.*` */
export async function usableImage(images: ImageControl, context: RequestContext, wanted: string): Promise<Image> {
  const image = await images.find(context, wanted)
  if (image === null) throw imageErrors.not_found({ image: wanted })
  if (image.status !== 'active') throw imageErrors.not_active({ image: image.name, status: image.status })
  return image
}

/** A flavor without a root disk takes the image as it is. @throws `image.flavor_too_small` */
export function checkFit(flavor: Flavor, image: Image): void {
  const tooSmall = (what: string) => imageErrors.flavor_too_small({ image: image.name, what })
  if (image.minMemory > flavor.memory) {
    throw tooSmall(`it needs ${image.minMemory} MiB of memory, and ${flavor.name} has ${flavor.memory}.`)
  }
  if (flavor.disk === 0) return
  const size = image.virtualSize ?? image.size
  const needed = Math.max(image.minDisk, size === null ? 0 : bytesToGibRoundedUp(size))
  if (needed > flavor.disk) throw tooSmall(`it needs a disk of ${needed} GiB, and ${flavor.name} has ${flavor.disk}.`)
}
