import type { Connection } from '../knobs/connection.ts'
import type { CallName } from '../knobs/call.ts'
import type { FakeVolume, GuestRecord } from '../world/guest-record.ts'
import type { Disk, GuestRef, LocalVolume, VolumeFacet } from '@novakit/core'
import { conduct } from '../knobs/conduct.ts'
import { deviceNameAt } from '../world/guest-record.ts'
import { fakeErrors } from '../errors.ts'
import { guestAt, guestToChange, readGuest, reviseGuest } from '../core/guest-at.ts'

export function volumeFacet(connection: Connection): VolumeFacet {
  const each = (
    name: CallName,
    guest: GuestRef,
    volume: LocalVolume,
    change: (held: FakeVolume) => FakeVolume,
  ): Promise<void> =>
    reviseGuest(connection, name, guest, (record) => {
      if (!record.volumes.some(isThis(volume))) throw fakeErrors.parts_gone({ server: guest.server, part: 'volume' })
      return { ...record, volumes: record.volumes.map((held) => (isThis(volume)(held) ? change(held) : held)) }
    })
  return {
    multiattach: true,
    tagged: true,
    attach: (guest, volume, disk) => attach(connection, guest, volume, disk),
    detach: (guest, volume) =>
      reviseGuest(connection, 'volumes.detach', guest, (record) => ({
        ...record,
        volumes: record.volumes.filter((held) => !isThis(volume)(held)),
      })),
    has: (guest, volume) =>
      readGuest(connection, 'volumes.has', guest, (record) => record.volumes.some(isThis(volume))),
    extend: (guest, volume, size) => each('volumes.extend', guest, volume, (held) => ({ ...held, size })),
    swap: (guest, from, to) =>
      each('volumes.swap', guest, from, (held) => ({ ...held, volume: to.volume, attachment: to.attachment })),
  }
}

const isThis =
  ({ volume }: LocalVolume) =>
  (held: FakeVolume): boolean =>
    held.volume === volume

function attach(
  connection: Connection,
  guest: GuestRef,
  volume: LocalVolume,
  disk: Disk,
): Promise<{ readonly deviceName: string }> {
  const name = 'volumes.attach'
  return conduct(connection, { name, guest, signal: undefined }, async (step) => {
    const record = guestAt(connection, guest)
    const deviceName = record.volumes.find(isThis(volume))?.deviceName ?? disk.deviceName ?? freeName(record)
    await step('act', () => {
      const now = guestToChange(connection, name, guest)
      const held: FakeVolume = { volume: volume.volume, attachment: volume.attachment, deviceName, size: disk.size }
      const others = now.volumes.filter((one) => !isThis(volume)(one))
      connection.world.guests.put({ ...now, volumes: [...others, held] })
    })
    return { deviceName }
  })
}

function freeName({ disks, volumes }: GuestRecord): string {
  const taken = new Set(volumes.map(({ deviceName }) => deviceName))
  let index = disks.length
  while (taken.has(deviceNameAt(index))) index++
  return deviceNameAt(index)
}
