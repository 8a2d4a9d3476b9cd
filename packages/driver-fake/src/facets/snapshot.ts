import path from 'node:path'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import type { Connection } from '../knobs/connection.ts'
import type { GuestRef, SnapshotFacet } from '@novakit/core'
import { conduct } from '../knobs/conduct.ts'
import { findGuest, guestAt, guestToChange } from '../core/guest-at.ts'

/** Answers `raw` whatever was asked for: a few bytes of text are a raw disk, and no other format. */
export function snapshotFacet(connection: Connection): SnapshotFacet {
  const { directory } = connection.options
  const { guests } = connection.world
  return {
    live: true,
    capture: (guest, key, _format, signal) =>
      conduct(connection, { name: 'snapshot.capture', guest, signal }, async (step) => {
        const file = fileOf(connection, guest, key)
        guestAt(connection, guest)
        if (directory !== undefined) await write(file, guest)
        await step('act', () => {
          const record = guestToChange(connection, 'snapshot.capture', guest)
          guests.put({ ...record, snapshots: [...new Set([...record.snapshots, key])] })
        })
        return { path: file, format: 'raw' }
      }),
    discard: (guest, key) =>
      conduct(connection, { name: 'snapshot.discard', guest, signal: undefined }, async (step) => {
        if (directory !== undefined) await rm(fileOf(connection, guest, key), { force: true })
        await step('act', () => {
          const record = findGuest(connection, guest)
          if (record === null) return
          guests.put({ ...record, snapshots: record.snapshots.filter((one) => one !== key) })
        })
      }),
  }
}

/** Keys are free text, so they are encoded before they name a file. */
function fileOf(connection: Connection, guest: GuestRef, key: string): string {
  const name = `${encodeURIComponent(guest.server)}.${encodeURIComponent(key)}.raw`
  return path.join(connection.options.directory ?? '/fake-hypervisor', encodeURIComponent(connection.host), name)
}

const SECTOR = 512

async function write(file: string, guest: GuestRef): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const disk = Buffer.alloc(SECTOR)
  disk.write(`root disk of ${guest.server}\n`)
  await writeFile(file, disk, { mode: 0o600 })
}
