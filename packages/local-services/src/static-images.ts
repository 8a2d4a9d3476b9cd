import type { Image, ImageControl, ImageHost, ImageId, NewImage, ProjectId, RequestContext } from '@novakit/core'
import { bytes, gib, hostErrors, imageErrors, instant, mib } from '@novakit/core'

/** An image that is given by value. What is left out is what a small public qcow2 image has. */
export type StaticImage = Partial<Omit<Image, 'id' | 'name'>> & { readonly id: string; readonly name: string }

/**
 * Images that exist because the host app says so: names and properties for a control plane whose hypervisor keeps no
 * bytes, such as the fake one. Nothing can be stored in it.
 */
export function staticImages(images: readonly StaticImage[]): ImageControl & ImageHost {
  const all = images.map(complete)
  const visible = (context: RequestContext): readonly Image[] =>
    all.filter((image) => isVisible(image, context.project))
  return {
    find: async (context, idOrName) => {
      const mine = visible(context)
      const named = mine.filter((image) => image.name === idOrName)
      return mine.find((image) => image.id === idOrName) ?? (named.length === 1 ? (named[0] ?? null) : null)
    },
    get: async (context, id) => {
      const found = visible(context).find((image) => image.id === id)
      if (found === undefined) throw imageErrors.not_found({ image: id })
      return found
    },
    list: async (context) => visible(context),
    reserve: async (_context: RequestContext, image: NewImage) => {
      throw hostErrors.unsupported({ what: `store an image (${image.name}): these images are fixed` })
    },
    delete: async () => undefined,
    fetch: async (image) => {
      if (!all.some((known) => known.id === image.id)) throw imageErrors.not_found({ image: image.id })
      return { image: image.id, path: null, format: image.format }
    },
    upload: async () => {
      throw hostErrors.unsupported({ what: 'upload an image: these images are fixed' })
    },
    trim: async () => undefined,
  }
}

export function isVisible(image: Image, project: ProjectId): boolean {
  return image.visibility === 'public' || image.visibility === 'community' || image.owner === project
}

/** With what a small public qcow2 image has. */
export function complete(image: StaticImage): Image {
  return {
    status: 'active',
    format: 'qcow2',
    owner: null,
    visibility: 'public',
    size: bytes(16 * 2 ** 20),
    virtualSize: null,
    minDisk: gib(0),
    minMemory: mib(0),
    properties: {},
    checksum: null,
    createdAt: instant(0),
    ...image,
    id: image.id as ImageId,
  }
}
