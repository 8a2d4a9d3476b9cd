import type { CallName } from '../knobs/call.ts'
import type { Connection } from '../knobs/connection.ts'
import type { Flavor, GuestRef, ResizeFacet, SpawnOrder } from '@novakit/core'
import type { GuestRecord } from '../world/guest-record.ts'
import { checkRoom } from '../inventory/room.ts'
import { conduct } from '../knobs/conduct.ts'
import { defined, disksOnly } from '../world/guest-record.ts'
import { fakeErrors } from '../errors.ts'
import { findGuest, guestAt, guestToChange, heedEpoch, nodeAt, readGuest } from '../core/guest-at.ts'
import { start } from '../core/spawn.ts'
import { started, stopped } from '../world/guest-power.ts'

/**
 * Cold migration. The source keeps what it had, stopped, until confirm or revert. Where source and destination are one
 * node, the record of what was is kept inside that of what is.
 */
export function resizeFacet(connection: Connection): ResizeFacet {
  const { guests } = connection.world
  const once = (name: CallName, guest: GuestRef, act: (record: GuestRecord | null) => void): Promise<void> =>
    conduct(connection, { name, guest, signal: undefined }, (step) =>
      step('act', () => {
        const record = findGuest(connection, guest)
        if (record !== null) heedEpoch(connection, name, guest, record)
        act(record)
      }),
    )
  return {
    check: (order, to) => readGuest(connection, 'resize.check', order, (record) => checkGrowth(record, order, to)),
    leave: (order) => leave(connection, order),
    arrive: (order) => arrive(connection, order),
    confirm: (guest) => confirm(connection, guest),
    abandon: (guest) =>
      once('resize.abandon', guest, (record) => {
        if (record === null || record.left || record.epoch !== guest.epoch) return
        if (record.kept === null) guests.remove(record)
        else guests.put(record.kept)
      }),
    revert: (order) => revert(connection, order),
  }
}

function confirm(connection: Connection, guest: GuestRef): Promise<void> {
  const { guests } = connection.world
  const name = 'resize.confirm'
  return conduct(connection, { name, guest, signal: undefined }, (step) =>
    step('act', () => {
      const record = findGuest(connection, guest)
      const left = record?.kept ?? (record?.left ? record : null)
      if (record === null || left === null) return
      heedEpoch(connection, name, guest, left)
      if (record.kept === null) guests.remove(record)
      else guests.put({ ...record, kept: null })
    }),
  )
}

function checkGrowth(record: GuestRecord, order: SpawnOrder, to: Flavor): void {
  const localRoot = order.disks.some(({ role }) => role === 'root')
  const shrinks = to.disk < order.flavor.disk || to.ephemeral < order.flavor.ephemeral
  if (localRoot && to.disk > 0 && shrinks) throw fakeErrors.cannot_shrink({ server: record.server })
}

function leave(
  connection: Connection,
  order: SpawnOrder,
): Promise<{ readonly disks: Readonly<Record<string, unknown>> }> {
  const { guests } = connection.world
  return conduct(connection, { name: 'resize.leave', guest: order, signal: undefined }, async (step) => {
    const here = (): GuestRecord => guestAt(connection, order)
    await step('stop', () => guests.put(stopped(guestToChange(connection, 'resize.leave', order))))
    await step('act', () => guests.put({ ...here(), left: true, ports: [], volumes: [] }))
    return { disks: { host: connection.host, node: order.node, disks: [...here().disks] } }
  })
}

function arrive(connection: Connection, order: SpawnOrder): Promise<void> {
  const { guests } = connection.world
  return conduct(connection, { name: 'resize.arrive', guest: order, signal: undefined }, async (step) => {
    await step('disk', () => {
      const found = findGuest(connection, order)
      if (found !== null && !found.left) return
      checkRoom(nodeAt(connection, order.node), neighbours(connection, order), order)
      guests.put({ ...disksOnly(connection.host, order), kept: found })
    })
    await step('define', () => {
      const found = findGuest(connection, order)
      if (found === null || found.left) throw fakeErrors.parts_gone({ server: order.server, part: 'disk' })
      if (!found.defined) guests.put(defined(found, order))
    })
    if (order.powerOn) await step('start', () => start(connection, order))
  })
}

function neighbours(connection: Connection, order: SpawnOrder): readonly GuestRecord[] {
  return connection.world.guests.on(connection.host).filter(({ node }) => node === order.node)
}

function revert(connection: Connection, order: SpawnOrder): Promise<void> {
  const { guests } = connection.world
  return conduct(connection, { name: 'resize.revert', guest: order, signal: undefined }, async (step) => {
    await step('define', () => {
      const record = guestToChange(connection, 'resize.revert', order)
      if (record.left) guests.put({ ...defined(record, order), left: false })
      else if (record.epoch !== order.epoch) throw fakeErrors.not_left({ server: order.server })
    })
    if (order.powerOn)
      await step('start', () => guests.put(started(guestAt(connection, order), connection.clock.now())))
  })
}
