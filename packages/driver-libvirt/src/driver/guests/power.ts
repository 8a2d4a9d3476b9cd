import type { PowerControl } from '@novakit/core'
import { hypervisorErrors } from '../errors.ts'
import type { Station } from '../station.ts'
import { guestAt, guestToChange } from './find-guest.ts'
import { start, stop } from './start.ts'

export function powerControl(station: Station): PowerControl {
  const { turns } = station
  return {
    on: (guest, signal) =>
      turns.take(guest.server, async () => {
        if (signal?.aborted === true) throw hypervisorErrors.aborted({ call: 'powering on' })
        const { dom, active } = await guestToChange(station, guest)
        if (!active) await start(station, dom)
      }),
    off: (guest, graceful, signal) =>
      turns.take(guest.server, async () => {
        if (signal?.aborted === true) throw hypervisorErrors.aborted({ call: 'powering off' })
        await guestToChange(station, guest)
        await stop(station, guest.server, graceful, signal)
      }),
    state: async (guest) => (await guestAt(station, guest)).power,
  }
}
