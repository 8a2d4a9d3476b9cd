import type { DiskFormat, Image } from '../domain/image/image.ts'
import type { ImageId, ProjectId, ServerId } from '../domain/ids.ts'
import type { GiB, MiB } from '../domain/unit/units.ts'
import type { RequestContext } from '../domain/context/request-context.ts'

/** The control half: what API and conductor ask of an image service. */
export interface ImageControl {
  /** By id, or by a name that is unique among those the caller may use. Null where there is none, or it is not theirs. */
  find(context: RequestContext, idOrName: string): Promise<Image | null>
  /** By id only. @throws `image.not_found` */
  get(context: RequestContext, id: ImageId): Promise<Image>
  list(context: RequestContext): Promise<readonly Image[]>
  /**
   * Makes an empty, private image for a snapshot to be uploaded into; found again by `key`, also when it has been deleted
   * meanwhile: of two that ask under one key no second image comes.
   */
  reserve(context: RequestContext, image: NewImage, key: string): Promise<Image>
  /** Absent is fine. */
  delete(context: RequestContext, id: ImageId): Promise<void>
}

export interface NewImage {
  /** Which nobody else has. Default: the service's choice. */
  readonly id?: ImageId
  readonly name: string
  readonly format: DiskFormat
  readonly owner: ProjectId
  readonly properties: Readonly<Record<string, string>>
  readonly fromServer?: ServerId
  /** What a flavor must have to start from it. Default: nothing. */
  readonly minDisk?: GiB
  readonly minMemory?: MiB
}

/** The host half, in the agent: bytes to a file on this host and back. */
export interface ImageHost {
  /** Makes sure that the image's checked bytes are on this host. Repeating finds them. @throws `image.*` */
  fetch(image: Image, signal?: AbortSignal): Promise<LocalImage>
  /** Sends a file's bytes into a reserved image. Repeating with the same key sends nothing twice. */
  upload(image: ImageId, path: string, format: DiskFormat, key: string, signal?: AbortSignal): Promise<void>
  /** Drops cached files that none of `inUse` needs. */
  trim(inUse: readonly ImageId[]): Promise<void>
}

export interface LocalImage {
  readonly image: ImageId
  /** Null where there is nothing on disk, as with a fake image on a fake hypervisor. */
  readonly path: string | null
  readonly format: DiskFormat
}
