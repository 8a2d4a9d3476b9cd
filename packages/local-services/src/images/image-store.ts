import {
  imageErrors,
  type GlobalTx,
  type Image,
  type ImageControl,
  type ImageHost,
  type ImageId,
  type NewImage,
  type RequestContext,
} from '@novakit/core'
import { change, imageRow, owned, standing, standings, usable } from './queries.ts'
import { chunksOf, type Source } from '../files/sparse.ts'
import { fileErrors } from '../files/errors.ts'
import { imageHost } from './host-half.ts'
import { imageMembers, type ImageMembers } from './members.ts'
import { isAdmin, isListed, mayUse } from './access.ts'
import { openOurs } from '../files/sealed-folder.ts'
import { parseChanges, parseInput, type ImageChanges, type ImageInput } from './input.ts'
import { storedImage, type StoredImage } from './stored-image.ts'
import { sweep } from './sweep.ts'
import { tables } from '../records/records.ts'
import type { ImageDeps } from './deps.ts'
import { upload, type UploadOptions } from './upload.ts'

/** What a list is narrowed to. */
export interface ImageFilter {
  readonly name?: string
  readonly status?: Image['status']
  readonly visibility?: Image['visibility']
  readonly format?: Image['format']
  readonly owner?: string
}

/** Images in files of this machine, for clouds without Glance. */
export interface ImageStore extends ImageControl, ImageHost {
  get(context: RequestContext, id: ImageId): Promise<StoredImage>
  /** Oldest first. Images of the community show to their owners, and to those who ask for them by visibility. */
  list(context: RequestContext, filter?: ImageFilter): Promise<readonly StoredImage[]>
  /**
   * A queued image without bytes. Only an admin makes public ones.
   * @throws `image.invalid`, `image.forbidden`, `image.conflict` when the id was ever given
   */
  create(context: RequestContext, image: ImageInput): Promise<StoredImage>
  /** Its bytes, once. @throws `image.refused`, `image.too_large`, `image.conflict`, `image.forbidden` */
  put(context: RequestContext, id: ImageId, source: Source, options?: UploadOptions): Promise<StoredImage>
  /** A new image out of a file of this machine, which must be a plain file of this user's. What fails leaves no image. */
  importFile(context: RequestContext, image: ImageInput, path: string, options?: UploadOptions): Promise<StoredImage>
  /** @throws `image.invalid`, `image.forbidden` */
  update(context: RequestContext, id: ImageId, changes: ImageChanges): Promise<StoredImage>
  /** Its bytes as they came. @throws `image.not_active` */
  read(context: RequestContext, id: ImageId): AsyncIterable<Uint8Array>
  readonly members: ImageMembers
}

/** @throws what opening its folders and records throws */
export async function imageStore(deps: ImageDeps): Promise<ImageStore> {
  const { records } = deps
  await sweep(deps)
  const get: ImageStore['get'] = (context, id) => records.read(async (tx) => storedImage(await usable(tx, context, id)))
  const put: ImageStore['put'] = async (context, id, source, options = {}) => {
    await records.read((tx) => owned(tx, context, id, 'upload to'))
    await upload(deps, id, source, options)
    return get(context, id)
  }
  const create: ImageStore['create'] = (context, image) => records.write((tx) => insert(tx, deps, context, image))
  const remove: ImageStore['delete'] = (context, id) => removeImage(deps, context, id)
  return {
    ...imageHost(deps),
    get,
    put,
    create,
    delete: remove,
    members: imageMembers(records),
    find: (context, idOrName) => records.read((tx) => find(tx, context, idOrName)),
    list: (context, filter = {}) => records.read((tx) => list(tx, context, filter)),
    reserve: (context, image, key) => records.write((tx) => reserve(tx, deps, context, image, key)),
    update: (context, id, changes) => records.write((tx) => update(tx, context, id, changes)),
    importFile: async (context, image, path, options) => {
      const { id } = await create(context, image)
      try {
        return await withFile(path, (source) => put(context, id, source, options))
      } catch (error) {
        await remove(context, id)
        throw error
      }
    },
    read: (context, id) => readBack(deps, context, id),
  }
}

async function withFile<T>(path: string, work: (source: Source) => Promise<T>): Promise<T> {
  const file = await openOurs(path)
  if (file === null) throw imageErrors.invalid({ what: 'there is no such file.' }, { detail: { path } })
  try {
    return await work(chunksOf(file))
  } finally {
    await file.close()
  }
}

async function* readBack(
  { records, folders }: ImageDeps,
  context: RequestContext,
  id: ImageId,
): AsyncIterable<Uint8Array> {
  const row = await records.read((tx) => usable(tx, context, id))
  if (row.status !== 'active' || row.file === null) throw imageErrors.not_active({ image: id, status: row.status })
  const file = await folders.files.open(row.file)
  if (file === null) throw fileErrors.unsafe({}, { detail: { file: row.file, what: 'it is not there' } })
  try {
    yield* chunksOf(file)
  } finally {
    await file.close()
  }
}

async function find(tx: GlobalTx, context: RequestContext, idOrName: string): Promise<StoredImage | null> {
  const all = await standings(tx, context)
  const byId = all.find((one) => one.row.id === idOrName && mayUse(context, one))
  const named = all.filter((one) => one.row.name === idOrName && isListed(context, one))
  const found = byId ?? (named.length === 1 ? named[0] : undefined)
  return found === undefined ? null : storedImage(found.row)
}

async function list(tx: GlobalTx, context: RequestContext, filter: ImageFilter): Promise<readonly StoredImage[]> {
  const all = await standings(tx, context)
  const wanted = Object.entries(filter)
  return all
    .filter(
      (one) => isListed(context, one) || (filter.visibility === 'community' && one.row.visibility === 'community'),
    )
    .map(({ row }) => storedImage(row))
    .filter((image) => wanted.every(([key, value]) => image[key as keyof ImageFilter] === value))
}

async function insert(tx: GlobalTx, deps: ImageDeps, context: RequestContext, given: ImageInput): Promise<StoredImage> {
  const input = parseInput(given)
  const id = input.id ?? deps.ids.uuid()
  if (!deps.options.formats.includes(input.format)) {
    throw imageErrors.invalid({ what: `${input.format} images are not taken here.` })
  }
  mayShow(context, id, input.visibility)
  if ((await imageRow(tx, id)) !== null) throw imageErrors.conflict({ image: id, what: 'is there already, or was' })
  await addRow(tx, { ...input, id, owner: context.project, key: null, fromServer: null })
  return storedImage(await usable(tx, context, id))
}

interface Row extends Omit<ReturnType<typeof parseInput>, 'id'> {
  readonly id: string
  readonly owner: string
  readonly key: string | null
  readonly fromServer: string | null
}

async function addRow(tx: GlobalTx, row: Row): Promise<void> {
  const now = await tx.now()
  const { id, name, format, owner, visibility, minDisk, minMemory, properties, key, fromServer } = row
  const nothing = { size: null, virtual_size: null, md5: null, sha256: null, sha512: null, file: null, draft: null }
  await tables(tx)
    .insertInto('image')
    .values({
      ...nothing,
      id,
      name,
      status: 'queued',
      format,
      owner,
      visibility,
      min_disk: minDisk,
      min_memory: minMemory,
      properties: JSON.stringify(properties),
      from_server: fromServer,
      reserve_key: key,
      upload_key: null,
      fault: null,
      created_at: now,
      updated_at: now,
    })
    .execute()
}

function mayShow(context: RequestContext, image: string, visibility: Image['visibility']): void {
  if (visibility === 'public' && !isAdmin(context)) throw imageErrors.forbidden({ image, what: 'publish' })
}

/** Snapshots belong to the server's project, and are its own. */
async function reserve(
  tx: GlobalTx,
  { ids }: ImageDeps,
  context: RequestContext,
  image: NewImage,
  key: string,
): Promise<StoredImage> {
  const { owner, name, format, properties, fromServer = null, minDisk = 0, minMemory = 0 } = image
  const known = await tables(tx)
    .selectFrom('image')
    .selectAll()
    .where('owner', '=', owner)
    .where('reserve_key', '=', key)
    .executeTakeFirst()
  if (known !== undefined) return storedImage(known)
  if (owner !== context.project && !isAdmin(context)) throw imageErrors.forbidden({ image: name, what: 'own' })
  const input = parseInput({ name, format, properties, visibility: 'private', minDisk, minMemory })
  const id = image.id ?? ids.uuid()
  if ((await imageRow(tx, id)) !== null) throw imageErrors.conflict({ image: id, what: 'is there already, or was' })
  await addRow(tx, { ...input, id, owner, key, fromServer })
  return storedImage((await imageRow(tx, id)) as NonNullable<Awaited<ReturnType<typeof imageRow>>>)
}

async function update(tx: GlobalTx, context: RequestContext, id: ImageId, given: ImageChanges): Promise<StoredImage> {
  const { name, visibility, minDisk, minMemory, properties } = parseChanges(given)
  const row = await owned(tx, context, id, 'change')
  if (visibility !== undefined && visibility !== row.visibility) mayShow(context, id, visibility)
  await change(tx, row, {
    ...(name === undefined ? {} : { name }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(minDisk === undefined ? {} : { min_disk: minDisk }),
    ...(minMemory === undefined ? {} : { min_memory: minMemory }),
    ...(properties === undefined ? {} : { properties: JSON.stringify(properties) }),
  })
  return storedImage(await usable(tx, context, id))
}

/** The row first: a file without a row is swept. */
async function removeImage(deps: ImageDeps, context: RequestContext, id: ImageId): Promise<void> {
  const { records, folders, failPoint } = deps
  const row = await records.write(async (tx) => {
    const there = await imageRow(tx, id)
    if (there === null || !mayUse(context, await standing(tx, context, there))) return null
    await owned(tx, context, id, 'delete')
    await change(tx, there, { status: 'deleted', draft: null, file: null })
    await tables(tx).deleteFrom('image_member').where('image', '=', id).execute()
    return there
  })
  failPoint('delete.recorded')
  // Whoever still uploads it finds that out, and removes its file.
  if (row !== null && row.file !== null && row.status === 'active') await folders.files.remove(row.file)
}
