import { driveImageErrors } from '../../errors.ts'
import { shown } from '../../names.ts'
import { ENTRY } from '../../vfat/geometry.ts'
import type { DriveImage } from '../drive-image.ts'
import { listing } from '../listing.ts'
import { sourceOf, type Source } from '../source.ts'
import { chainsOf, type Piece } from './chains.ts'
import { fatFolder, type FatEntry, type FatFolder } from './entries.ts'
import { fatVolume, type FatVolume } from './volume.ts'

export function readVfat(image: Source): DriveImage {
  const volume = fatVolume(image)
  const chainFrom = chainsOf(volume)
  const list = listing()
  const folderAt = (cluster: number): FatFolder => fatFolder(sourceOf(joined(image, volume, chainFrom(cluster), null)))
  const root = volume.root === null ? folderAt(volume.rootCluster) : fixedRoot(image, volume.root)
  const waiting: { readonly path: string; readonly folder: () => FatFolder }[] = [{ path: '', folder: () => root }]
  for (const { path: parent, folder } of waiting) {
    for (const entry of folder().entries) {
      const path = list.pathOf(parent, entry.name)
      if (entry.isFolder) {
        list.add({ kind: 'folder', path })
        waiting.push({ path, folder: () => folderAt(entry.cluster) })
        continue
      }
      const pieces = piecesOf(entry, path, volume, chainFrom)
      const content = (): Uint8Array => joined(image, volume, pieces, entry.size)
      list.add({ kind: 'file', path, size: entry.size, mode: null, content })
    }
  }
  return { format: 'vfat', label: root.label ?? '', entries: list.entries }
}

function fixedRoot(image: Source, { at, entries }: { readonly at: number; readonly entries: number }): FatFolder {
  return fatFolder(image.part(at, entries * ENTRY))
}

function piecesOf(
  { cluster, size }: FatEntry,
  path: string,
  { clusterBytes }: FatVolume,
  chainFrom: (first: number) => readonly Piece[],
): readonly Piece[] {
  const pieces = cluster === 0 ? [] : chainFrom(cluster)
  const room = pieces.reduce((sum, { count }) => sum + count, 0) * clusterBytes
  if (size > room) throw driveImageErrors.malformed({ what: `${shown(path)} ends before its end` })
  return pieces
}

/** What the pieces hold: all of it, or the first `size` bytes. One piece is a view, several are copied together. */
function joined(image: Source, volume: FatVolume, pieces: readonly Piece[], size: number | null): Uint8Array {
  const { data, clusterBytes } = volume
  const views = pieces.map(({ first, count }) => image.slice(data + (first - 2) * clusterBytes, count * clusterBytes))
  const [only] = views
  if (only === undefined) return new Uint8Array(0)
  if (views.length === 1) return only.subarray(0, size ?? only.length)
  const whole = new Uint8Array(views.reduce((sum, view) => sum + view.length, 0))
  views.reduce((at, view) => {
    whole.set(view, at)
    return at + view.length
  }, 0)
  return whole.subarray(0, size ?? whole.length)
}
