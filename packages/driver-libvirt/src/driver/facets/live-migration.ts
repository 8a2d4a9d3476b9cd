import type { GuestRef, LiveMigrationFacet } from '@novakit/core'
import { millis } from '@novakit/core'
import { libvirtCodeOf } from '../../rpc/index.ts'
import { hypervisorErrors } from '../errors.ts'
import { guestAt, guestToChange } from '../guests/find-guest.ts'
import { checkDestination, finishDestination, prepareDestination, rollbackDestination } from '../migration/arrive.ts'
import { migrationJobs } from '../migration/jobs.ts'
import { checkSource, finishSource, startMigration } from '../migration/leave.ts'
import { progressOf } from '../migration/progress.ts'
import type { MigrationOptions } from '../options.ts'
import type { Station } from '../station.ts'

const LOOK_EVERY = millis(100)
/** QEMU takes no longer pause for the last of the memory; milliseconds. */
const LONGEST_PAUSE = 2_000_000
/** The most that libvirt takes; MiB a second. */
const FASTEST = 8_796_093_022_207n

/**
 * From QEMU to QEMU, driven by the source's libvirt, which the agent need not outlive. That a guest has left is on record
 * with libvirt itself; what an agent wrote down says whether one that is still here was on its way.
 */
export function liveMigrationFacet(station: Station, options: MigrationOptions): LiveMigrationFacet {
  const { client, turns, environment } = station
  const jobs = migrationJobs(station)
  const underWay = async (guest: GuestRef): Promise<void> => {
    await guestToChange(station, guest)
    const { state } = await progressOf(station, jobs, guest)
    if (state !== 'running') throw hypervisorErrors.no_migration({ server: guest.server })
  }
  return {
    checkDestination: (order) => checkDestination(station, options, order),
    checkSource: (guest, destination) => checkSource(station, guest, destination),
    prepareDestination: (order, data) => turns.take(order.server, () => prepareDestination(station, order, data)),
    start: (guest, data) => turns.take(guest.server, () => startMigration(station, jobs, options, guest, data)),
    progress: async (guest) => {
      await guestAt(station, guest)
      return progressOf(station, jobs, guest)
    },
    abort: async (guest) => {
      await underWay(guest)
      const { clock } = environment
      // libvirt may not have begun it yet.
      while ((await progressOf(station, jobs, guest)).state === 'running') {
        const heard = await client.domainAbortJob({ dom: { uuid: guest.server } }).then(
          () => true,
          (error: unknown) => {
            if (libvirtCodeOf(error) !== 'operation_invalid' && libvirtCodeOf(error) !== 'no_domain') throw error
            return false
          },
        )
        if (heard) return
        await clock.sleep(LOOK_EVERY)
      }
    },
    forceComplete: async (guest) => {
      await underWay(guest)
      await hurry(station, guest)
    },
    finishSource: (guest) => turns.take(guest.server, () => finishSource(station, jobs, guest)),
    finishDestination: (order) => turns.take(order.server, () => finishDestination(station, order)),
    rollbackDestination: (guest) => turns.take(guest.server, () => rollbackDestination(station, guest)),
  }
}

/** No limits any more, and the guest stands still for the rest of its memory. Disks that are copied are not hurried. */
async function hurry({ client }: Station, { server }: GuestRef): Promise<void> {
  const dom = { uuid: server }
  await client.domainMigrateSetMaxDowntime({ dom, downtime: LONGEST_PAUSE })
  await client.domainMigrateSetMaxSpeed({ dom, bandwidth: FASTEST })
}
