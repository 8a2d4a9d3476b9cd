// All orders by which a guest moves with its disks.

import type { Order } from '../../order.ts'
import { resizeAbandon } from './abandon.ts'
import { resizeArrive } from './arrive.ts'
import { resizeCheck } from './check.ts'
import { resizeConfirm } from './confirm.ts'
import { resizeLeave } from './leave.ts'
import { resizeReturn } from './return.ts'

export const resizeOrders: readonly Order<never>[] = [
  resizeCheck,
  resizeLeave,
  resizeArrive,
  resizeConfirm,
  resizeAbandon,
  resizeReturn,
] as unknown as readonly Order<never>[]
