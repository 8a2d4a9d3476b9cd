// All orders about an image that is made of a guest.

import type { Order } from '../../order.ts'
import { captureSnapshot } from './capture.ts'
import { discardSnapshot } from './discard.ts'
import { uploadSnapshot } from './upload.ts'

export const snapshotOrders: readonly Order<never>[] = [
  captureSnapshot,
  uploadSnapshot,
  discardSnapshot,
] as unknown as readonly Order<never>[]
