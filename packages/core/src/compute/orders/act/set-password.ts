import { z } from 'zod'
import type { GuestActionPayload } from '../../../rpc/orders/guest-action.ts'
import type { Json } from '../../../domain/json.ts'
import type { Order } from '../../order.ts'
import type { Sealed } from '../../../domain/sealed/sealed.ts'
import { facet } from './facet.ts'
import { guestActionPayload } from '../../../rpc/orders/guest-action.ts'
import { refOf } from './expect-power.ts'

interface PasswordOptions {
  readonly password: Sealed<string>
}

const options = z.object({ password: z.string() }) as unknown as z.ZodType<PasswordOptions & Json>

/** Sets the administrator's password inside the running guest. It is opened here, on the host, and nowhere before. */
export const setPassword: Order<GuestActionPayload<PasswordOptions & Json>> = {
  name: 'set-password',
  about: 'guest',
  once: true,
  payload: guestActionPayload(options),
  run: async ({ hypervisor, secrets }, command, { options: { password } }) => {
    await facet(hypervisor, 'password', 'set a password').set(refOf(command), secrets.open(password))
    return null
  },
}
