import { volumeErrors, type GiB, type ImageId, type NewVolume, type RequestContext } from '@novakit/core'
import { conversion } from '../images/convert.ts'
import { fileErrors } from '../files/errors.ts'
import { tables } from '../records/records.ts'
import type { SealedFolder } from '../files/sealed-folder.ts'
import type { SnapshotRow } from './tables.ts'
import type { VolumeDeps } from './deps.ts'

const GIB = 2 ** 30

export const bytesOf = (size: GiB): number => size * GIB

/** What a new volume begins with. */
export interface Content {
  readonly size: GiB
  readonly bootable: boolean
  /** Null: zeros. */
  readonly snapshot: SnapshotRow | null
  readonly image: ImageId | null
}

/** @throws `volume.invalid`, `volume.not_found` for a snapshot, `image.*` */
export async function contentOf(deps: VolumeDeps, context: RequestContext, volume: NewVolume): Promise<Content> {
  const { size, fromImage, fromSnapshot } = volume
  if (fromSnapshot !== undefined) {
    const snapshot = await snapshotRow(deps, context, fromSnapshot)
    if (size < snapshot.size) throw volumeErrors.invalid({ what: `the snapshot needs ${snapshot.size} GiB.` })
    return { size, bootable: snapshot.bootable === 1, snapshot, image: null }
  }
  if (fromImage === undefined) return { size, bootable: false, snapshot: null, image: null }
  const { virtualSize, size: stored, minDisk } = await deps.images.get(context, fromImage)
  const needed = Math.max(minDisk, Math.ceil((virtualSize ?? stored ?? 0) / GIB))
  if (size < needed) throw volumeErrors.invalid({ what: `the image needs ${needed} GiB.` })
  return { size, bootable: true, snapshot: null, image: fromImage }
}

async function snapshotRow({ records }: VolumeDeps, context: RequestContext, id: string): Promise<SnapshotRow> {
  const row = await records.read((tx) =>
    tables(tx).selectFrom('volume_snapshot').selectAll().where('id', '=', id).where('whole', '=', 1).executeTakeFirst(),
  )
  if (row === undefined || row.owner !== context.project) throw volumeErrors.not_found({ volume: id })
  return row
}

/**
 * Makes the file of a volume, of new blocks: what it does not begin with reads as zeros, whatever was on the disk there.
 * @throws `image.*`, `program.*`
 */
export async function makeFile(
  deps: VolumeDeps,
  context: RequestContext,
  draft: string,
  content: Content,
): Promise<void> {
  const { making, snapshots } = deps.folders
  const { size, snapshot, image } = content
  const file = await making.create(draft)
  try {
    if (snapshot !== null) await copyInto(deps, draft, snapshots, snapshot.id)
    if (image !== null) await imageInto(deps, context, image, draft)
    await file.truncate(bytesOf(size))
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Holes stay holes, and where the file system can, no byte is copied. @throws `file.unsafe`, `program.*` */
export async function copyInto(
  { run, folders }: VolumeDeps,
  draft: string,
  folder: SealedFolder,
  name: string,
): Promise<void> {
  const from = await folder.open(name)
  if (from === null) throw fileErrors.unsafe({}, { detail: { file: name, what: 'it is not there' } })
  await from.close()
  const [source, to] = [folder.pathOf(name), folders.making.pathOf(draft)]
  await run({ program: 'cp', args: ['--no-dereference', '--sparse=always', '--reflink=auto', '--', source, to] })
}

/** The file that is there is written anew; a smaller disk than the volume is made longer afterwards. */
async function imageInto(deps: VolumeDeps, context: RequestContext, id: ImageId, draft: string): Promise<void> {
  const image = await deps.images.get(context, id)
  const { path, format } = await deps.images.fetch(image)
  if (path === null) throw volumeErrors.invalid({ what: 'the image has no bytes.' })
  const to = deps.folders.making.pathOf(draft)
  await deps.run(conversion({ from: path, format, to, into: 'raw', virtualSize: image.virtualSize ?? image.size ?? 0 }))
}
