import { z } from 'zod'
import type { Image } from '../../../domain/image/image.ts'
import type { Json } from '../../../domain/json.ts'
import type { Sealed } from '../../../domain/sealed/sealed.ts'
import { actOrder, plainOrder } from './act-order.ts'
import { expectPower } from './expect-power.ts'
import { facet } from './facet.ts'
import { spawnOrder } from '../spawn-order.ts'

interface RescueOptions {
  readonly image: Image
  readonly adminPassword: Sealed<string> | null
}

const options = z.object({
  image: z.record(z.string(), z.unknown()),
  adminPassword: z.string().nullable(),
}) as unknown as z.ZodType<RescueOptions & Json>

/** Boots the guest from another image, with its own disks beside it. */
export const rescue = actOrder(
  'rescue',
  options,
  async (deps, command, { guest, options: { image, adminPassword } }, signal) => {
    const rescuing = facet(deps.hypervisor, 'rescue', 'rescue a guest')
    const rescueImage = await deps.images.fetch(image, signal)
    const order = await spawnOrder(deps, command, { ...guest, adminPassword }, signal, { exists: true })
    const password = adminPassword === null ? null : deps.secrets.open(adminPassword)
    await rescuing.rescue(order, rescueImage, { adminPassword: password })
    return expectPower(deps, command, 'running')
  },
)

/** Boots it from its own disks again. */
export const unrescue = plainOrder('unrescue', async (deps, command, { guest }, signal) => {
  const rescuing = facet(deps.hypervisor, 'rescue', 'unrescue a guest')
  await rescuing.unrescue(await spawnOrder(deps, command, guest, signal, { exists: true }))
  return expectPower(deps, command, 'running')
})
