import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Disk, Flavor, GuestRef, ResizeFacet, SpawnOrder } from '@novakit/core'
import { hostErrors, millis } from '@novakit/core'
import { isThere, namesIn } from '../disks/folders.ts'
import { isVolume, makeDisks, named } from '../disks/make-disks.ts'
import { hypervisorErrors } from '../errors.ts'
import { define } from '../guests/define.ts'
import { findGuest, guestAt, guestToChange } from '../guests/find-guest.ts'
import { bringUp } from '../guests/spawn.ts'
import { pullPlug, stop, undefine, whileRestarting } from '../guests/start.ts'
import type { Station } from '../station.ts'

type Data = Readonly<Record<string, unknown>>

/**
 * Cold moves. A guest that leaves keeps its definition, off, and its files under another name, until the move is
 * confirmed or it comes back; so it cannot be started in two places, nor in the old one by mistake. The destination
 * copies the files, which it has to see: on a file system that hosts share, or on the same host.
 */
export function resizeFacet(station: Station): ResizeFacet {
  const { turns } = station
  return {
    check: async (order, to) => {
      await guestAt(station, order)
      checkGrowth(order, to)
    },
    leave: (order) => turns.take(order.server, () => leave(station, order)),
    arrive: (order, disks) => turns.take(order.server, () => arrive(station, order, disks)),
    confirm: (guest) => turns.take(guest.server, () => confirm(station, guest)),
    abandon: (guest) => turns.take(guest.server, () => abandon(station, guest)),
    revert: (order) => turns.take(order.server, () => revert(station, order)),
  }
}

function checkGrowth({ server, flavor, disks }: SpawnOrder, to: Flavor): void {
  const own = (role: Disk['role']) => disks.some(({ role: each, backing }) => each === role && !isOfVolume(backing))
  const root = own('root') && to.disk > 0 && to.disk < flavor.disk
  if (root || (own('ephemeral') && to.ephemeral < flavor.ephemeral)) throw hypervisorErrors.cannot_shrink({ server })
}

function isOfVolume(backing: Disk['backing']): boolean {
  return backing !== null && isVolume(backing)
}

async function leave(station: Station, order: SpawnOrder): Promise<{ readonly disks: Data }> {
  const { folders, options } = station
  const { server } = order
  const left = folders.left(server)
  const found = await guestToChange(station, order)
  // Of a move before, whose host has never said that it is over: its disks are not this guest's any more.
  const mark = await folders.leftMark(server)
  if (mark !== null && mark.epoch < order.epoch) await rm(left, { recursive: true, force: true })
  if (!(await isThere(left))) {
    await stop(station, server, millis(options.shutdownTimeout))
    // Memory that slept would wake beside files that are not there.
    if (found.saved) await station.client.domainManagedSaveRemove({ dom: found.dom })
    await rename(folders.of(server), left)
  }
  const names = (await namesIn(left)).filter((name) => name.startsWith('disk') && !name.endsWith('.part'))
  return { disks: { folder: left, files: names.toSorted() } }
}

/** Copies what was left behind, in the sizes of the order, and starts the guest. */
async function arrive(station: Station, order: SpawnOrder, data: Data): Promise<void> {
  const { folders } = station
  const { server, epoch } = order
  const found = await findGuest(station, server)
  if (found !== null && found.epoch === null) throw hypervisorErrors.foreign_domain({ server })
  if (found !== null && epoch < (found.epoch ?? 0)) throw hostErrors.stale_epoch({})
  const moved = found?.epoch === epoch
  const here = found !== null && (await isThere(folders.left(server)))
  if (found !== null && !moved && !here) throw hypervisorErrors.older_guest({ server })
  if (!moved) {
    await folders.prepare(server, epoch)
    await copyFiles(station, order, sourceOf(data, server))
    await define(station, order, await makeDisks(station, order))
  }
  if (order.powerOn) await bringUp(station, order)
}

/** Hosts believe one another no paths: it has to end as a folder of that very guest does. */
function sourceOf(data: Data, server: string): string {
  const { folder } = data
  const right = typeof folder === 'string' && path.isAbsolute(folder) && path.basename(folder) === `${server}.left`
  if (right && path.normalize(folder) === folder) return folder
  throw hypervisorErrors.invalid_name({ what: 'the folder of a guest that is to arrive' })
}

async function copyFiles(station: Station, { server, disks }: SpawnOrder, from: string): Promise<void> {
  const { folders, images } = station
  if (!(await isThere(from))) throw hypervisorErrors.unreachable_disks({ server }, { detail: { from } })
  for (const [{ backing, size, role }, name] of named(disks)) {
    const [old, file] = [path.join(from, name), folders.file(server, name)]
    // A disk that the old size had not is made new; so is swap, which holds nothing.
    if (isOfVolume(backing) || role === 'swap' || !(await isThere(old)) || (await isThere(file))) continue
    const part = `${file}.part`
    await rm(part, { force: true })
    await images.flatten(old, part, 'qcow2')
    const { virtualSize } = await images.facts(part, 'qcow2')
    if (size !== null && virtualSize < size * 2 ** 30) await images.grow(part, size)
    await rename(part, file)
  }
}

async function confirm(station: Station, guest: GuestRef): Promise<void> {
  const { server, epoch } = guest
  const found = await findGuest(station, server)
  // On a move within this host the definition is that of the guest that has arrived.
  if (found !== null && found.epoch !== null && found.epoch <= epoch) {
    await pullPlug(station, found.dom)
    await undefine(station, found.dom)
  }
  await rm(station.folders.left(server), { recursive: true, force: true })
}

async function abandon(station: Station, guest: GuestRef): Promise<void> {
  const { server, epoch } = guest
  const found = await findGuest(station, server)
  if (found !== null && found.epoch !== null) {
    if (epoch < found.epoch) throw hostErrors.stale_epoch({})
    if (found.epoch < epoch) return
    await pullPlug(station, found.dom)
    await undefine(station, found.dom)
  }
  await station.folders.remove(server)
}

async function revert(station: Station, order: SpawnOrder): Promise<void> {
  const { server, epoch } = order
  const found = await findGuest(station, server)
  if (found !== null && epoch < (found.epoch ?? 0)) throw hostErrors.stale_epoch({})
  await whileRestarting(station, server, async () => {
    if (found?.epoch !== epoch) {
      if (!(await station.folders.comeBack(server, epoch))) throw hypervisorErrors.not_left({ server })
      await define(station, order, await makeDisks(station, order))
    }
    if (order.powerOn) await bringUp(station, order)
  })
}
