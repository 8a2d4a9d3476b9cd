import { driveImageErrors } from '../errors.ts'
import { imageLimits } from '../limits.ts'
import { flawOfName, shown } from '../names.ts'
import type { DriveEntry } from './drive-image.ts'

/** Collects entries, and refuses names that lead elsewhere, paths that come twice, and more than an image may hold. */
export interface Listing {
  readonly entries: readonly DriveEntry[]
  /** The path of a child, checked. */
  pathOf(folder: string, name: string): string
  add(entry: DriveEntry): void
}

export function listing(): Listing {
  const entries: DriveEntry[] = []
  const paths = new Set<string>()
  let bytes = 0
  const most = imageLimits.files + imageLimits.folders
  return {
    entries,
    pathOf: (folder, name) => {
      const flaw = flawOfName(name)
      if (flaw !== null) throw driveImageErrors.malformed({ what: `${flaw}, ${shown(name)} in ${shown(folder)}` })
      const path = folder === '' ? name : `${folder}/${name}`
      if (path.length > imageLimits.pathBytes) throw driveImageErrors.malformed({ what: 'its folders never end' })
      if (paths.has(path)) throw driveImageErrors.malformed({ what: `${shown(path)} is there twice` })
      return path
    },
    add: (entry) => {
      paths.add(entry.path)
      bytes += entry.kind === 'file' ? entry.size : 0
      const { contentBytes } = imageLimits
      if (entries.length >= most) throw driveImageErrors.too_large({ what: 'more entries', most, unit: 'entries' })
      if (bytes > contentBytes) {
        throw driveImageErrors.too_large({ what: `${bytes} bytes`, most: contentBytes, unit: 'bytes' })
      }
      entries.push(entry)
    },
  }
}
