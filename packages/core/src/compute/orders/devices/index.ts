// All orders about what is plugged into a guest.

import type { Order } from '../../order.ts'
import { attachInterface, detachInterface } from './interfaces.ts'
import { attachVolume } from './attach-volume.ts'
import { detachVolume } from './detach-volume.ts'
import { volumeConnector } from './volume-connector.ts'

export const deviceOrders: readonly Order<never>[] = [
  volumeConnector,
  attachVolume,
  detachVolume,
  attachInterface,
  detachInterface,
] as unknown as readonly Order<never>[]
