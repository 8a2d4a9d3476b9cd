import { Buffer } from 'node:buffer'
import type { Bytes, Instant } from '@novakit/core/vocabulary'
import type { ImageFile } from '../file.ts'
import { checkDate, checkText } from '../check-options.ts'
import { treeOf, type FolderNode } from '../tree.ts'
import { writeTables } from './allocation-table.ts'
import { writeBootSectors } from './boot-sector.ts'
import { ATTRIBUTES, writeNamed, writeShort } from './directory.ts'
import { fatDate, type FatDate } from './fat-dates.ts'
import { firstData, FATS, geometryOf, SECTOR, type Geometry } from './geometry.ts'
import { layoutOf, type Layout, type PlacedFolder } from './layout.ts'

export interface VfatImageOptions {
  /** At most 11 letters, digits, `-` and `_`. */
  readonly label: string
  readonly files: readonly ImageFile[]
  /** The date of everything in it, and the volume's serial number. */
  readonly at: Instant
  /** Of the whole image: 64 KiB to 1 GiB, whole sectors of 512 bytes. FAT32 from 512 MiB on. Default 64 MiB. */
  readonly size?: Bytes
}

/** What Nova gives a config drive. */
const DEFAULT_SIZE = 64 * 2 ** 20

/**
 * A FAT image with long names, divided as mkfs.vfat would; the same bytes for the same input, whatever the order of the
 * files. FAT knows no permissions, so the modes of files are lost.
 *
 * @throws `drive_image.bad_name`, `drive_image.name_clash`, `drive_image.bad_option`, `drive_image.too_large`
 */
export function vfatImage({ label, files, at, size }: VfatImageOptions): Uint8Array {
  checkText('label', label, /^[A-Za-z0-9_-]{1,11}$/)
  checkDate(at)
  const geometry = geometryOf(size ?? DEFAULT_SIZE)
  const layout = layoutOf(treeOf(files, flawForFat), geometry)
  const image = new Uint8Array(geometry.sectors * SECTOR)
  const padded = Buffer.from(label.padEnd(11), 'latin1')
  writeBootSectors(image, geometry, { label: padded, serial: Math.floor(at / 1000) >>> 0 }, layout.used)
  writeTables(image, geometry, layout.runs.values())
  const date = fatDate(at)
  for (const [node, folder] of layout.folders) {
    writeFolder(image, geometry, layout, node, { folder, date, label: padded })
  }
  return image
}

/** What long names cannot hold, and the ends that are cut off behind a guest's back. */
function flawForFat(name: string): string | null {
  if (/["*:<>?\\|]/.test(name)) return 'FAT allows none of " * : < > ? \\ | in a name'
  return /[. ]$/.test(name) ? 'FAT allows no dot or space at the end of a name' : null
}

interface Writing {
  readonly folder: PlacedFolder
  readonly date: FatDate
  readonly label: Uint8Array
}

function writeFolder(image: Uint8Array, geometry: Geometry, layout: Layout, node: FolderNode, writing: Writing): void {
  const { folder, date, label } = writing
  const clusterOf = (of: FolderNode): number => layout.runs.get(of)?.first ?? 0
  const view = new DataView(image.buffer, folderPlace(geometry, folder, clusterOf(node)))
  const isRoot = folder.parent === null
  const attributes = ATTRIBUTES.folder
  let at = isRoot
    ? writeShort(view, 0, label, { attributes: ATTRIBUTES.label, cluster: 0, size: 0, date })
    : writeShort(view, 0, shortText('.'), { attributes, cluster: clusterOf(node), size: 0, date })
  if (folder.parent !== null) {
    // The root is written as zero here, also with FAT32, where it has a cluster.
    const cluster = layout.folders.get(folder.parent)?.parent === null ? 0 : clusterOf(folder.parent)
    at = writeShort(view, at, shortText('..'), { attributes, cluster, size: 0, date })
  }
  for (const { name, short, node: child } of folder.children) {
    const cluster = layout.runs.get(child)?.first ?? 0
    const content = 'content' in child ? child.content : null
    const kind = content === null ? attributes : ATTRIBUTES.archive
    at = writeNamed(view, at, name, short, { attributes: kind, cluster, size: content?.length ?? 0, date })
    if (content !== null && content.length > 0) image.set(content, clusterPlace(geometry, cluster))
  }
}

function folderPlace(geometry: Geometry, folder: PlacedFolder, cluster: number): number {
  if (folder.parent === null && geometry.root > 0) return (geometry.reserved + FATS * geometry.perFat) * SECTOR
  return clusterPlace(geometry, cluster)
}

function clusterPlace(geometry: Geometry, cluster: number): number {
  return (firstData(geometry) + (cluster - 2) * geometry.perCluster) * SECTOR
}

function shortText(name: string): Uint8Array {
  return Buffer.from(name.padEnd(11), 'latin1')
}
