import type { GuestOrder } from '../../order.ts'
import { facet } from '../act/facet.ts'
import { refOf } from '../ref-of.ts'
import { uploadPayload, type UploadPayload } from '../../../rpc/orders/snapshot.ts'

/** Puts out what the guest shows: what it did meanwhile was not looked at. */
export const uploadSnapshot: GuestOrder<UploadPayload> = {
  name: 'snapshot-upload',
  about: 'guest',
  payload: uploadPayload,
  run: async ({ hypervisor, images }, command, { key, format, image }, signal) => {
    const snapshot = facet(hypervisor, 'snapshot', 'make an image of a guest')
    const guest = refOf(command)
    const file = await snapshot.capture(guest, key, format, signal)
    await images.upload(image, file.path, file.format, key, signal)
    await snapshot.discard(guest, key)
    return { power: await hypervisor.power.state(guest) }
  },
}
