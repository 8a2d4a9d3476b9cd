import { z } from 'zod'
import type { Json } from '../../../domain/json.ts'
import type { Sealed } from '../../../domain/sealed/sealed.ts'
import { actOrder } from './act-order.ts'
import { facet } from './facet.ts'
import { refOf } from '../ref-of.ts'

interface PasswordOptions {
  readonly password: Sealed<string>
}

const options = z.object({ password: z.string() }) as unknown as z.ZodType<PasswordOptions & Json>

/** Sets the administrator's password inside the running guest. It is opened here, on the host, and nowhere before. */
export const setPassword = actOrder(
  'set-password',
  options,
  async ({ hypervisor, secrets }, command, { options: { password } }) => {
    await facet(hypervisor, 'password', 'set a password').set(refOf(command), secrets.open(password))
    return null
  },
)
