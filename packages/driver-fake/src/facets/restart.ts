import type { Connection } from '../knobs/connection.ts'
import type { FakeDisk, GuestRecord } from '../world/guest-record.ts'
import type { HypervisorFacets, SpawnOrder } from '@novakit/core'
import type { CallName } from '../knobs/call.ts'
import { conduct } from '../knobs/conduct.ts'
import { defined, localDisks } from '../world/guest-record.ts'
import { guestAt, guestToChange, reviseGuest } from '../core/guest-at.ts'
import { mustBe } from './small.ts'
import { started, stopped } from '../world/guest-power.ts'

export function suspendFacet(connection: Connection): HypervisorFacets['suspend'] {
  return {
    suspend: (guest) =>
      reviseGuest(connection, 'suspend.suspend', guest, (record) => ({
        ...mustBe(record, 'suspend', 'running', 'suspended'),
        power: 'suspended',
      })),
    resume: (order) =>
      reviseGuest(connection, 'suspend.resume', order, (record) => ({
        ...mustBe(record, 'resume', 'running', 'suspended'),
        power: 'running',
      })),
  }
}

/** A soft reboot is not seen from outside; a hard one is a stop and a start from the order. */
export function rebootFacet(connection: Connection): HypervisorFacets['reboot'] {
  return {
    soft: (guest) =>
      reviseGuest(connection, 'reboot.soft', guest, (record) => ({
        ...mustBe(record, 'reboot', 'running'),
        startedAt: connection.clock.now(),
        frozen: false,
      })),
    hard: (order) => restart(connection, 'reboot.hard', order, (record) => defined(record, order)),
  }
}

/** Disks are written anew, but for ephemeral ones that are to be preserved; the definition follows the order. */
export function rebuildFacet(connection: Connection): HypervisorFacets['rebuild'] {
  return {
    rebuild: (order, { preserveEphemeral }) =>
      restart(connection, 'rebuild.rebuild', order, (record) => ({
        ...defined(record, order),
        disks: localDisks(order).map((disk, index) => rewritten(disk, record.disks[index], preserveEphemeral)),
        rescued: false,
      })),
  }
}

function rewritten(disk: FakeDisk, before: FakeDisk | undefined, preserveEphemeral: boolean): FakeDisk {
  if (before === undefined || before.role !== disk.role) return disk
  if (disk.role === 'ephemeral' && preserveEphemeral) return before
  return { ...disk, generation: before.generation + 1 }
}

/** Stop, change the definition, start. A repeat begins again and ends the same. */
export function restart(
  connection: Connection,
  name: CallName,
  order: SpawnOrder,
  change: (record: GuestRecord) => GuestRecord,
): Promise<void> {
  const { guests } = connection.world
  const here = (): GuestRecord => guestAt(connection, order)
  return conduct(connection, { name, guest: order, signal: undefined }, async (step) => {
    await step('stop', () => guests.put(stopped(guestToChange(connection, name, order))))
    await step('define', () => guests.put(change(here())))
    if (order.powerOn) await step('start', () => guests.put(started(here(), connection.clock.now())))
  })
}
