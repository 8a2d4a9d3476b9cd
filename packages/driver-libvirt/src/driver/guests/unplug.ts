import { millis } from '@novakit/core'
import { libvirtCodeOf } from '../../rpc/index.ts'
import { hypervisorErrors } from '../errors.ts'
import { deviceFlag } from '../../rpc/index.ts'
import type { Station } from '../station.ts'
import type { Side } from './devices-of.ts'
import type { FoundGuest } from './find-guest.ts'

/** Nova's `device_detach_attempts` and `device_detach_timeout`: a guest that is booting lets go of nothing yet. */
const ATTEMPTS = 8
const WAIT = 20_000
const LOOK_EVERY = millis(250)

interface Device {
  readonly side: Side
  readonly xml: string
  /** Whether it is still there. */
  look(): Promise<boolean>
}

/**
 * Takes a device away. A running guest has to agree: it is asked again and again. Absent is fine.
 * @throws `libvirt_driver.still_plugged`
 */
export async function unplug(station: Station, dom: FoundGuest['dom'], device: Device): Promise<void> {
  const { client, environment } = station
  const { clock } = environment
  const flags = device.side === 'running' ? deviceFlag.live : deviceFlag.config
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (!(await device.look())) return
    // One that is being unplugged already says that it cannot be.
    await client.domainDetachDeviceFlags({ dom, xml: device.xml, flags }).catch((error: unknown) => {
      if (!['operation_failed', 'device_missing'].includes(libvirtCodeOf(error) ?? '')) throw error
    })
    const asked = clock.now()
    while (clock.now() - asked < WAIT) {
      if (!(await device.look())) return
      await clock.sleep(LOOK_EVERY)
    }
  }
  throw hypervisorErrors.still_plugged({ server: dom.uuid })
}
