import type { AttachVolumePayload } from '../../../rpc/orders/volumes.ts'
import type { GuestOrder } from '../../order.ts'
import { attachVolumePayload } from '../../../rpc/orders/volumes.ts'
import { facet } from '../act/facet.ts'
import { hostErrors } from '../../../domain/host/errors.ts'
import { refOf } from '../ref-of.ts'
import { volumeDisk } from '../volume-disk.ts'

/** The guest has the volume, now and whenever it starts; a repeat finds it. What a failure leaves, `detach-volume` removes. */
export const attachVolume: GuestOrder<AttachVolumePayload> = {
  name: 'attach-volume',
  about: 'guest',
  plugs: true,
  payload: attachVolumePayload,
  run: async ({ hypervisor, held }, command, { volume }) => {
    const guest = refOf(command)
    const volumes = facet(hypervisor, 'volumes', 'attach a volume')
    if (volume.tag !== null && !volumes.tagged) throw hostErrors.unsupported({ what: 'tag the volumes of a guest' })
    const { local, disk } = await volumeDisk(held, command, volume)
    const { deviceName } = await volumes.attach(guest, local, disk)
    if (await volumes.has(guest, local)) return { deviceName }
    throw hostErrors.refused({}, { detail: 'the driver attached the volume, and the guest does not have it' })
  },
}
