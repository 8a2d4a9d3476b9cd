import type { Clock, Image, ImageControl, ImageHost, ImageId, NewImage, RequestContext } from '@novakit/core'
import { gib, hostErrors, id, imageErrors, mib, systemClock } from '@novakit/core'
import { complete, isVisible, type StaticImage } from './static-images.ts'

export interface MemoryImages extends ImageControl, ImageHost {
  /** Every image there ever was; those that were deleted say so. */
  all(): readonly Image[]
}

interface Entry {
  readonly image: Image
  /** Under which it was reserved, and by whom its bytes came. */
  readonly key: string | null
  readonly uploadKey: string | null
}

/**
 * Images that are given by value, and those that are made of servers: names and properties for a control plane whose
 * hypervisor keeps no bytes, such as the fake one. All is forgotten with the process.
 */
export function memoryImages(
  given: readonly StaticImage[],
  { clock = systemClock }: { clock?: Clock } = {},
): MemoryImages {
  const entries = new Map<ImageId, Entry>(
    given.map(complete).map((image) => [image.id, { image, key: null, uploadKey: null }]),
  )
  const images = (): readonly Image[] => [...entries.values()].map(({ image }) => image)
  const visible = ({ project }: RequestContext): readonly Image[] =>
    images().filter((image) => image.status !== 'deleted' && isVisible(image, project))

  function reserve(context: RequestContext, wanted: NewImage, key: string): Image {
    const known = [...entries.values()].find((entry) => entry.key === key && entry.image.owner === wanted.owner)
    if (known !== undefined) return known.image
    if (wanted.owner !== context.project && !context.roles.includes('admin')) {
      throw imageErrors.forbidden({ image: wanted.name, what: 'own' })
    }
    if (wanted.id === undefined) throw hostErrors.unsupported({ what: 'choose an id for an image' })
    if (entries.has(wanted.id)) throw imageErrors.conflict({ image: wanted.id, what: 'is there already, or was' })
    const image: Image = { ...emptyImage(wanted, wanted.id), createdAt: clock.now() }
    entries.set(image.id, { image, key, uploadKey: null })
    return image
  }

  function upload(image: ImageId, format: Image['format'], key: string): void {
    const entry = entries.get(image)
    if (entry === undefined || entry.image.status === 'deleted') throw imageErrors.not_found({ image })
    if (entry.image.status === 'active' && entry.uploadKey === key) return
    if (entry.image.status !== 'queued') {
      throw imageErrors.conflict({ image, what: `is ${entry.image.status}: only a queued image takes bytes` })
    }
    entries.set(image, { ...entry, uploadKey: key, image: { ...entry.image, format, status: 'active' } })
  }

  return {
    all: images,
    find: async (context, idOrName) => {
      const mine = visible(context)
      const named = mine.filter((image) => image.name === idOrName)
      return mine.find((image) => image.id === idOrName) ?? (named.length === 1 ? (named[0] ?? null) : null)
    },
    get: async (context, image) => {
      const found = visible(context).find((one) => one.id === image)
      if (found === undefined) throw imageErrors.not_found({ image })
      return found
    },
    list: async (context) => visible(context),
    reserve: async (context, image, key) => reserve(context, image, key),
    delete: async (context, image) => {
      const entry = entries.get(image)
      if (entry === undefined || entry.image.status === 'deleted') return
      if (entry.image.owner !== context.project && !context.roles.includes('admin')) {
        throw imageErrors.forbidden({ image, what: 'delete' })
      }
      entries.set(image, { ...entry, image: { ...entry.image, status: 'deleted' } })
    },
    fetch: async ({ id: image }) => {
      const known = entries.get(image)?.image
      if (known === undefined || known.status === 'deleted') throw imageErrors.not_found({ image })
      if (known.status !== 'active') throw imageErrors.not_active({ image, status: known.status })
      return { image, path: null, format: known.format }
    },
    upload: async (image, _path, format, key) => upload(image, format, key),
    trim: async () => undefined,
  }
}

function emptyImage({ name, format, owner, properties, minDisk, minMemory }: NewImage, image: ImageId): Image {
  return {
    ...complete({ id: id(image), name }),
    status: 'queued',
    format,
    owner,
    visibility: 'private',
    size: null,
    minDisk: minDisk ?? gib(0),
    minMemory: minMemory ?? mib(0),
    properties,
  }
}
