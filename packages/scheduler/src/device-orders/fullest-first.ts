import { leftOf } from '../decide/free-vector.ts'
import type { DeviceOrder } from './device-order.ts'

/** Best fit among devices: the one with the least left goes first; equals in the host's order. */
export function fullestFirst({ device }: { readonly device: string }): DeviceOrder {
  return {
    name: 'fullest-first',
    arrange: ({ children }) =>
      children.toSorted((a, b) => leftOf(a.inventories.get(device)) - leftOf(b.inventories.get(device))),
  }
}
