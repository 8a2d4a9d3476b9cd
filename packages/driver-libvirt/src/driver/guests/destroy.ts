import { rm } from 'node:fs/promises'
import type { DestroyOptions, GuestRef } from '@novakit/core'
import { hostErrors } from '@novakit/core'
import type { Station } from '../station.ts'
import { findGuest } from './find-guest.ts'
import { removeSnapshots } from '../disks/snapshots.ts'
import { pullPlug, undefine } from './start.ts'

/**
 * Stop, undefine, remove the files: takes away a whole guest as well as any part of one. Nothing there is fine, and a
 * newer guest is spared.
 * @throws `host.stale_epoch`
 */
export async function destroy(station: Station, guest: GuestRef, { keepDisks }: DestroyOptions): Promise<void> {
  const { server, epoch } = guest
  const { folders } = station
  const found = await findGuest(station, server)
  if (found !== null && found.epoch !== null) {
    if (epoch < found.epoch) throw hostErrors.stale_epoch({})
    await pullPlug(station, found.dom)
    await undefine(station, found.dom)
  }
  // What it has left for a move goes with it, also where its successor stands beside it on a shared file system.
  const left = await folders.leftMark(server)
  if (left !== null && left.epoch <= epoch) await rm(folders.left(server), { recursive: true, force: true })
  const mark = await folders.mark(server)
  if (mark !== null && mark.epoch > epoch) return
  if (keepDisks === true) return folders.keep(server)
  await removeSnapshots(station, server)
  await rm(folders.left(server), { recursive: true, force: true })
  await folders.remove(server)
}
