import type { Connection } from '../knobs/connection.ts'
import type { GuestRecord } from '../world/guest-record.ts'
import type { SpawnOrder } from '@novakit/core'
import { checkRoom } from '../inventory/room.ts'
import { conduct } from '../knobs/conduct.ts'
import { defined, disksOnly, hardwareOf } from '../world/guest-record.ts'
import { fakeErrors } from '../errors.ts'
import { findGuest, nodeAt } from './guest-at.ts'
import { hostErrors } from '@novakit/core'
import { started } from '../world/guest-power.ts'

/**
 * Disks, definition, start: three steps, each of which finds what an earlier run made. An agent that dies between two
 * of them leaves a part behind, which the next spawn completes and `destroy` cleans up.
 */
export function spawn(connection: Connection, order: SpawnOrder, signal?: AbortSignal): Promise<void> {
  return conduct(connection, { name: 'spawn', guest: order, signal }, async (step) => {
    await step('disk', () => makeDisks(connection, order))
    await step('define', () => define(connection, order))
    if (order.powerOn) await step('start', () => start(connection, order))
  })
}

export function makeDisks(connection: Connection, order: SpawnOrder): void {
  const found = findGuest(connection, order)
  if (found?.defined) return checkSame(found, order)
  if (found !== null && isStale(found, order)) throw hostErrors.stale_epoch({})
  const { guests } = connection.world
  const others = guests.on(connection.host).filter(({ node, server }) => node === order.node && server !== order.server)
  checkRoom(nodeAt(connection, order.node), others, order)
  const fresh = disksOnly(connection.host, order)
  const reuse = found !== null && sameHardware(found, order)
  guests.put(reuse ? { ...fresh, disks: found.disks } : fresh)
}

/** A guest of this epoch, made from this order, is the very effect that a repeat looks for. */
function checkSame(found: GuestRecord, order: SpawnOrder): void {
  const { server } = order
  if (isStale(found, order)) throw hostErrors.stale_epoch({})
  if (found.epoch === null || found.left || found.incoming) throw fakeErrors.different_spec({ server })
  if (order.epoch > found.epoch) throw fakeErrors.older_guest({ server }, { detail: { epoch: found.epoch } })
  if (!sameHardware(found, order)) throw fakeErrors.different_spec({ server })
}

function isStale(found: GuestRecord, order: SpawnOrder): boolean {
  return found.epoch !== null && order.epoch < found.epoch
}

function sameHardware(found: GuestRecord, order: SpawnOrder): boolean {
  return found.order !== null && hardwareOf(found.order) === hardwareOf(order)
}

export function define(connection: Connection, order: SpawnOrder): void {
  const record = ours(findGuest(connection, order), order, 'disk')
  if (!record.defined) connection.world.guests.put(defined(record, order))
}

export function start(connection: Connection, order: SpawnOrder): void {
  const record = ours(findGuest(connection, order), order, 'definition')
  if (!record.defined) throw fakeErrors.parts_gone({ server: order.server, part: 'definition' })
  connection.world.guests.put(started(record, connection.clock.now()))
}

/** What an earlier step made, unless somebody took it away or made it anew meanwhile. */
function ours(record: GuestRecord | null, order: SpawnOrder, part: string): GuestRecord {
  if (record !== null && record.epoch === order.epoch) return record
  throw fakeErrors.parts_gone({ server: order.server, part })
}
