import { rename, rm } from 'node:fs/promises'
import type { GuestRef, SpawnOrder } from '@novakit/core'
import { millis } from '@novakit/core'
import { isThere } from '../disks/folders.ts'
import { makeDisks } from '../disks/make-disks.ts'
import { hypervisorErrors } from '../errors.ts'
import { define } from '../guests/define.ts'
import { findGuest, guestToChange } from '../guests/find-guest.ts'
import type { MigrationOptions } from '../options.ts'
import type { Station } from '../station.ts'
import { checkedData, type DestinationData, type PreparedData } from './migration-data.ts'

type Data = Readonly<Record<string, unknown>>

/** Whether the guest may come, and how it gets here. */
export async function checkDestination(
  station: Station,
  options: MigrationOptions,
  { server, epoch }: SpawnOrder,
): Promise<DestinationData> {
  if ((await findGuest(station, server)) !== null) throw hypervisorErrors.older_guest({ server })
  return {
    uri: options.uri,
    address: options.address ?? null,
    consoleAddress: station.options.consoleAddress,
    folder: station.folders.of(server),
    epoch,
  }
}

/** Empty disks for what is copied, and the drive that is not. A folder that both hosts see is left as it is. */
export async function prepareDestination(station: Station, order: SpawnOrder, given: Data): Promise<PreparedData> {
  const { folders, images } = station
  const { server, epoch } = order
  const data = checkedData(given)
  const mark = await folders.mark(server)
  const shared = data.sourceFolder === folders.of(server) && mark?.epoch === data.sourceEpoch
  if (!shared) {
    if ((await findGuest(station, server)) !== null) throw hypervisorErrors.older_guest({ server })
    await folders.prepare(server, epoch)
    for (const { file: name, size } of data.disks) {
      const file = folders.file(server, name)
      if (await isThere(file)) continue
      const part = `${file}.part`
      await rm(part, { force: true })
      await images.blankOf(part, size)
      await rename(part, file)
    }
    await makeDisks(station, { ...order, disks: [] })
  }
  return { ...data, shared }
}

/** What is on record of the guest is what the order says, and not what was right on the other host. */
export async function finishDestination(station: Station, order: SpawnOrder): Promise<void> {
  await guestToChange(station, order)
  await station.folders.claim(order.server, order.epoch)
  await define(station, order, await makeDisks(station, order))
}

const LOOK_EVERY = millis(100)
/** libvirt may still be clearing away what it had made for the guest. */
const PATIENCE = 10_000

/** Nothing is left of a guest that did not come. One that did is not touched. */
export async function rollbackDestination(station: Station, { server, epoch }: GuestRef): Promise<void> {
  const { clock } = station.environment
  const began = clock.now()
  for (;;) {
    const found = await findGuest(station, server)
    if (found === null || found.epoch !== epoch) break
    if (clock.now() - began > PATIENCE)
      throw hypervisorErrors.wrong_power({ server, action: 'be rolled back', power: found.power })
    await clock.sleep(LOOK_EVERY)
  }
  if ((await station.folders.mark(server))?.epoch === epoch) await station.folders.remove(server)
}
