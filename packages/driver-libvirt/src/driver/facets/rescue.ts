import { rename, rm } from 'node:fs/promises'
import type { HypervisorFacets, LocalImage, SpawnOrder } from '@novakit/core'
import type { DiskOrder } from '../../design/index.ts'
import { baseOf } from '../disks/bases.ts'
import { isThere } from '../disks/folders.ts'
import { makeDisks } from '../disks/make-disks.ts'
import { define } from '../guests/define.ts'
import { guestToChange } from '../guests/find-guest.ts'
import { pullPlug, start, whileRestarting } from '../guests/start.ts'
import type { Station } from '../station.ts'

const FILE = 'disk.rescue'

/**
 * A guest in rescue boots from a disk of the rescue image and has its own disks behind it, as Nova does it. The file of
 * that disk stands for as long as the rescue does.
 */
export function rescueFacet(station: Station): HypervisorFacets['rescue'] {
  const { folders, turns } = station
  return {
    rescue: (order, image) =>
      turns.take(order.server, async () => {
        const { dom, active } = await guestToChange(station, order)
        const file = folders.file(order.server, FILE)
        if (active && (await isThere(file))) return
        await whileRestarting(station, order.server, async () => {
          await pullPlug(station, dom)
          const own = await makeDisks(station, order)
          const rescue = await rescueDisk(station, image, file)
          await define(station, order, [rescue, ...own.map(behind)])
          await start(station, dom)
        })
      }),
    unrescue: (order) => turns.take(order.server, () => unrescue(station, order)),
  }
}

async function unrescue(station: Station, order: SpawnOrder): Promise<void> {
  const { dom } = await guestToChange(station, order)
  const file = station.folders.file(order.server, FILE)
  await whileRestarting(station, order.server, async () => {
    if (await isThere(file)) {
      await pullPlug(station, dom)
      await define(station, order, await makeDisks(station, order))
      await rm(file)
    }
    await start(station, dom)
  })
}

async function rescueDisk(station: Station, image: LocalImage, file: string): Promise<DiskOrder> {
  const base = await baseOf(station, image)
  const common = {
    role: 'root',
    bootIndex: 0,
    bus: null,
    deviceName: null,
    serial: null,
    encryptionSecret: null,
  } as const
  if (base.isMedium) return { ...common, source: { type: 'file', path: base.path }, format: 'raw', deviceType: 'cdrom' }
  const part = `${file}.part`
  await rm(part, { force: true })
  await station.images.overlay(part, base.path, base.format, null)
  await rename(part, file)
  return { ...common, source: { type: 'file', path: file }, format: 'qcow2', deviceType: 'disk' }
}

/** Its own disks do not boot, and take the names that are free. */
function behind(disk: DiskOrder): DiskOrder {
  return { ...disk, bootIndex: null, deviceName: null }
}
