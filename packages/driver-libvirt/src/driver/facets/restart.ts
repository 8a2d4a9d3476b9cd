import type { HypervisorFacets, SpawnOrder } from '@novakit/core'
import { makeDisks } from '../disks/make-disks.ts'
import { define } from '../guests/define.ts'
import { guestToChange, mustBe } from '../guests/find-guest.ts'
import { bringUp } from '../guests/spawn.ts'
import { askToStop, pullPlug, start, whileRestarting } from '../guests/start.ts'
import type { Station } from '../station.ts'

/** The guest's memory sleeps in a file that libvirt keeps, and wakes when the guest is started. */
export function suspendFacet(station: Station): HypervisorFacets['suspend'] {
  const { client, turns } = station
  return {
    suspend: (guest) =>
      turns.take(guest.server, async () => {
        const found = await guestToChange(station, guest)
        mustBe(found, 'suspend', 'running', 'suspended')
        if (!found.saved) await client.domainManagedSave({ dom: found.dom }, { timeout: null, connection: 'own' })
      }),
    resume: (order) =>
      turns.take(order.server, async () => {
        const found = await guestToChange(station, order)
        mustBe(found, 'resume', 'running', 'suspended')
        if (!found.active) await start(station, found.dom)
      }),
  }
}

export function rebootFacet(station: Station): HypervisorFacets['reboot'] {
  return {
    soft: (guest, timeout) =>
      station.turns.take(guest.server, async () => {
        const found = await guestToChange(station, guest)
        mustBe(found, 'reboot', 'running')
        await whileRestarting(station, guest.server, async () => {
          // One that does not listen is switched off, as Nova falls back to a hard reboot.
          if (!(await askToStop(station, found.dom, timeout))) await pullPlug(station, found.dom)
          await start(station, found.dom)
        })
      }),
    hard: (order) => station.turns.take(order.server, () => startAnew(station, order, async () => undefined)),
  }
}

/**
 * Stops the guest, does something to its files, and starts it from the order, with whatever is missing made again. A
 * repeat begins at the beginning and ends the same.
 */
export async function startAnew(station: Station, order: SpawnOrder, change: () => Promise<void>): Promise<void> {
  const { dom, saved } = await guestToChange(station, order)
  await whileRestarting(station, order.server, async () => {
    await pullPlug(station, dom)
    // Memory that slept belongs to the guest as it was.
    if (saved) await station.client.domainManagedSaveRemove({ dom })
    await change()
    await define(station, order, await makeDisks(station, order))
    if (order.powerOn) await bringUp(station, order)
  })
}
