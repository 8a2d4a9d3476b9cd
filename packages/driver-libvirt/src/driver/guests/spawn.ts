import type { SpawnOrder } from '@novakit/core'
import { hostErrors } from '@novakit/core'
import { makeDisks } from '../disks/make-disks.ts'
import { hypervisorErrors } from '../errors.ts'
import type { Station } from '../station.ts'
import { define } from './define.ts'
import { findGuest, type FoundGuest } from './find-guest.ts'
import { start } from './start.ts'

/**
 * Disks, definition, start. Each finds what an earlier run made, so that an agent that died between two of them goes on;
 * what nobody goes on with, `destroy` takes away.
 */
export async function spawn(station: Station, order: SpawnOrder, signal?: AbortSignal): Promise<void> {
  const goOn = (): void => {
    if (signal?.aborted === true) throw hypervisorErrors.aborted({ call: 'spawn' })
  }
  goOn()
  const found = await findGuest(station, order.server)
  if (found === null) {
    await station.folders.prepare(order.server, order.epoch)
    goOn()
    const disks = await makeDisks(station, order, signal)
    goOn()
    await define(station, order, disks)
  } else checkSame(found, order)
  goOn()
  if (order.powerOn) await bringUp(station, order)
}

/** A guest of this epoch is the very effect that a repeat looks for. */
function checkSame({ epoch }: FoundGuest, { server, epoch: wanted }: SpawnOrder): void {
  if (epoch === null) throw hypervisorErrors.foreign_domain({ server })
  if (wanted < epoch) throw hostErrors.stale_epoch({})
  if (wanted > epoch) throw hypervisorErrors.older_guest({ server }, { detail: { epoch } })
}

/** Paused until it is there in full where a network says that it has to be told first, as Nova starts guests. */
export async function bringUp(station: Station, { server, nics }: SpawnOrder): Promise<void> {
  const dom = { uuid: server }
  const paused = nics.some(({ plugEvent }) => plugEvent)
  await start(station, dom, { paused })
  if (paused) await station.client.domainResume({ dom })
}
