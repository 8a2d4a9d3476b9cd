import type { DetachVolumePayload } from '../../../rpc/orders/volumes.ts'
import type { GuestOrder } from '../../order.ts'
import type { LocalVolume } from '../../../ports/volume.ts'
import type { VolumeConnection } from '../../../domain/volume/volume.ts'
import { detachVolumePayload } from '../../../rpc/orders/volumes.ts'
import { facet } from '../act/facet.ts'
import { hostErrors } from '../../../domain/host/errors.ts'
import { isHere } from '../is-here.ts'
import { refOf } from '../ref-of.ts'

/** Neither the guest nor this host has the volume any more. Absent is fine. */
export const detachVolume: GuestOrder<DetachVolumePayload> = {
  name: 'detach-volume',
  about: 'guest',
  plugs: true,
  payload: detachVolumePayload,
  run: async ({ hypervisor, held }, command, { connection }) => {
    if (await isHere(hypervisor, command)) {
      const guest = refOf(command)
      const volumes = facet(hypervisor, 'volumes', 'detach a volume')
      const local = (await held.find(command.server, connection.attachment)) ?? nowhere(connection)
      await volumes.detach(guest, local)
      if (await volumes.has(guest, local)) {
        throw hostErrors.refused({}, { detail: 'the driver detached the volume, and the guest still has it' })
      }
    }
    await held.letGo(command, connection)
    return null
  },
}

/** This host never had it. Guests know volumes by their ids. */
function nowhere({ volume, attachment }: VolumeConnection): LocalVolume {
  return { volume, attachment, path: '', format: 'raw' }
}
