import type { HypervisorFacets, Nic } from '@novakit/core'
import { describeInterface, settingsOf } from '../../design/index.ts'
import { deviceFlag } from '../../rpc/index.ts'
import { interfaceXml } from '../../xml/index.ts'
import { descriptionOf, type PluggedInterface, type Side } from '../guests/devices-of.ts'
import { guestToChange, type FoundGuest } from '../guests/find-guest.ts'
import { unplug } from '../guests/unplug.ts'
import type { Station } from '../station.ts'

/** Interfaces by their MAC addresses, in the running guest and in its definition. */
export function interfaceFacet(station: Station): HypervisorFacets['interfaces'] {
  const { client, turns } = station
  return {
    attach: (guest, nic) =>
      turns.take(guest.server, async () => {
        const found = await guestToChange(station, guest)
        const { dom } = found
        for (const side of sidesOf(found)) {
          if ((await plugged(station, dom, nic, side)) !== null) continue
          await client.domainAttachDeviceFlags({ dom, xml: xmlOf(nic), flags: flagOf(side) })
        }
      }),
    detach: (guest, nic) =>
      turns.take(guest.server, async () => {
        const found = await guestToChange(station, guest)
        const { dom } = found
        for (const side of sidesOf(found)) {
          const look = async () => (await plugged(station, dom, nic, side)) !== null
          await unplug(station, dom, { side, xml: xmlOf(nic), look })
        }
      }),
    has: async (guest, nic) => {
      const { dom, active } = await guestToChange(station, guest)
      return (await plugged(station, dom, nic, active ? 'running' : 'defined')) !== null
    },
  }
}

export function sidesOf({ active }: FoundGuest): readonly Side[] {
  return active ? ['defined', 'running'] : ['defined']
}

export function flagOf(side: Side): number {
  return side === 'running' ? deviceFlag.live : deviceFlag.config
}

/** Of flavor and image nothing is said at this moment, so it is a plain one. */
function xmlOf(nic: Nic): string {
  return interfaceXml.build(describeInterface(nic, 1, settingsOf({ extraSpecs: {} }, null)))
}

async function plugged(
  station: Station,
  dom: FoundGuest['dom'],
  { mac }: Nic,
  side: Side,
): Promise<PluggedInterface | null> {
  const { devices } = await descriptionOf(station, dom, side)
  return devices?.interfaces?.find((each) => each.mac?.toLowerCase() === mac.toLowerCase()) ?? null
}
