// All orders about a guest that is there.

import type { Order } from '../../order.ts'
import { crashDump } from './crash-dump.ts'
import { pause, unpause } from './pause.ts'
import { powerOff } from './power-off.ts'
import { powerOn } from './power-on.ts'
import { rebootHard, rebootSoft } from './reboot.ts'
import { rebuild } from './rebuild.ts'
import { rescue, unrescue } from './rescue.ts'
import { resume, suspend } from './suspend.ts'
import { softDelete } from './soft-delete.ts'
import { setPassword } from './set-password.ts'

export const actionOrders: readonly Order<never>[] = [
  powerOn,
  powerOff,
  rebootSoft,
  rebootHard,
  pause,
  unpause,
  suspend,
  resume,
  rescue,
  unrescue,
  rebuild,
  setPassword,
  crashDump,
  softDelete,
] as unknown as readonly Order<never>[]
