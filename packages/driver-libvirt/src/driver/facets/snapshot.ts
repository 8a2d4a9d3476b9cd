import { chmod, rename, rm } from 'node:fs/promises'
import type { DiskFormat, GuestRef, SnapshotFacet } from '@novakit/core'
import { isThere } from '../disks/folders.ts'
import type { ToolFormat } from '../disks/image-tool.ts'
import { removeSnapshots, snapshotFile } from '../disks/snapshots.ts'
import { hypervisorErrors } from '../errors.ts'
import { copyBlocks } from '../guests/copy-blocks.ts'
import { diskOf } from '../guests/devices-of.ts'
import { guestAt, guestToChange } from '../guests/find-guest.ts'
import type { Station } from '../station.ts'

/**
 * The root disk with all that it stands on, in one file. Of a guest that runs, libvirt copies it while the guest goes on,
 * and what it writes meanwhile is in the copy up to the moment when that is whole; of one that is off, the file is read.
 */
export function snapshotFacet(station: Station): SnapshotFacet {
  const { turns } = station
  return {
    live: station.kind === 'qemu',
    capture: (guest, key, format, signal) =>
      turns.take(guest.server, () => capture(station, guest, key, formatOf(format), signal)),
    discard: (guest, key) => turns.take(guest.server, () => removeSnapshots(station, guest.server, key)),
  }
}

function formatOf(format: DiskFormat): ToolFormat {
  if (format === 'raw' || format === 'qcow2') return format
  throw hypervisorErrors.unsupported({ what: `write a snapshot in the format ${format}` })
}

async function capture(
  station: Station,
  guest: GuestRef,
  key: string,
  format: ToolFormat,
  signal: AbortSignal | undefined,
): Promise<{ readonly path: string; readonly format: ToolFormat }> {
  const { server } = guest
  const path = snapshotFile(station, server, key, format)
  if (await isThere(path)) {
    await guestAt(station, guest)
    return { path, format }
  }
  const { dom, active } = await guestToChange(station, guest)
  const root = station.folders.file(server, 'disk')
  if (!(await isThere(root))) throw hypervisorErrors.disk_not_found({ server, what: 'root disk of its own' })
  const part = `${path}.part`
  await rm(part, { force: true })
  try {
    if (active && station.kind === 'qemu') {
      const target = await diskOf(station, dom, ({ source }) => source === root)
      if (target === null) throw hypervisorErrors.disk_not_found({ server, what: 'root disk plugged in' })
      await copyBlocks(station, dom, target.dev, { file: part, format }, signal)
    } else await station.images.flatten(root, part, format, signal)
    await chmod(part, 0o600)
    await rename(part, path)
  } finally {
    await rm(part, { force: true })
  }
  return { path, format }
}
