import { z } from 'zod'
import type { Json } from '../../../domain/json.ts'
import type { Sealed } from '../../../domain/sealed/sealed.ts'
import { actOrder } from './act-order.ts'
import { expectPower } from './expect-power.ts'
import { refOf } from '../ref-of.ts'
import { hostErrors } from '../../../domain/host/errors.ts'
import { spawnOrder } from '../spawn-order.ts'

interface RebuildOptions {
  readonly powerOn: boolean
  readonly preserveEphemeral: boolean
  readonly adminPassword: Sealed<string> | null
}

const options = z.object({
  powerOn: z.boolean(),
  preserveEphemeral: z.boolean(),
  adminPassword: z.string().nullable(),
}) as unknown as z.ZodType<RebuildOptions & Json>

/** Makes the guest's disks anew. A hypervisor that cannot do that in place removes the guest and makes another. */
export const rebuild = actOrder(
  'rebuild',
  options,
  async (deps, command, { guest, options: { powerOn, preserveEphemeral, adminPassword } }, signal) => {
    const { hypervisor } = deps
    const order = await spawnOrder(deps, command, { ...guest, adminPassword }, signal, { powerOn })
    if (hypervisor.rebuild !== undefined) await hypervisor.rebuild.rebuild(order, { preserveEphemeral })
    else if (preserveEphemeral) throw hostErrors.unsupported({ what: 'rebuild a guest and keep its ephemeral disks' })
    else {
      await hypervisor.destroy(refOf(command), {})
      await hypervisor.spawn(order, signal)
    }
    return expectPower(deps, command, powerOn ? 'running' : 'shutdown')
  },
)
