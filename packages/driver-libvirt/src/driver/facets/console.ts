import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Bytes, ConsoleFacet, GuestRef } from '@novakit/core'
import { absent } from '../disks/folders.ts'
import { hypervisorErrors } from '../errors.ts'
import { descriptionOf } from '../guests/devices-of.ts'
import { guestAt } from '../guests/find-guest.ts'
import type { Station } from '../station.ts'

export function consoleFacet(station: Station): ConsoleFacet {
  return {
    output: async (guest, most) => {
      await guestAt(station, guest)
      return lastBytes(station.folders.file(guest.server, 'console.log'), most)
    },
    endpoint: async (guest, type) => endpoint(station, guest, type),
  }
}

/** A link in the place of the log would lead to some other file of the host. */
async function lastBytes(file: string, most: Bytes): Promise<Uint8Array> {
  const log = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(absent)
  if (log === null) return new Uint8Array()
  try {
    const { size } = await log.stat()
    const length = Math.min(size, most)
    const { buffer, bytesRead } = await log.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.subarray(0, bytesRead)
  } finally {
    await log.close()
  }
}

async function endpoint(station: Station, guest: GuestRef, type: 'vnc' | 'spice' | 'serial' | 'mks') {
  const { dom, active } = await guestAt(station, guest)
  if (type !== 'vnc' && type !== 'spice') throw hypervisorErrors.unsupported({ what: `offer a ${type} console` })
  const { devices } = await descriptionOf(station, dom, active ? 'running' : 'defined')
  const screen = devices?.graphics?.find((each) => each.type === type)
  if (screen === undefined || screen.type === 'egl-headless' || screen.port === undefined || screen.port <= 0)
    throw hypervisorErrors.unsupported({ what: `offer a ${type} console of this guest` })
  const listening = screen.listens?.find((each) => each.type === 'address')
  return {
    host: (listening?.type === 'address' ? listening.address : undefined) ?? station.options.consoleAddress,
    port: screen.port,
    tlsPort: screen.type === 'spice' ? (screen.tlsPort ?? null) : null,
    internalAccessPath: null,
  }
}
