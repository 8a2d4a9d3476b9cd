import { leftOf } from '../decide/free-vector.ts'
import type { DeviceOrder } from './device-order.ts'

/** Worst fit among devices: the one with the most left goes first; equals in the host's order. */
export function emptiestFirst({ device }: { readonly device: string }): DeviceOrder {
  return {
    name: 'emptiest-first',
    arrange: ({ children }) =>
      children.toSorted((a, b) => leftOf(b.inventories.get(device)) - leftOf(a.inventories.get(device))),
  }
}
