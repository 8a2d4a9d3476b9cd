import type { HostState, ProviderState } from '@novakit/core'
import { streamOf } from '../decide/stream.ts'
import type { DeviceOrder } from './device-order.ts'

/** An order drawn anew whenever the host has changed: from the seed, the host's name and what is used on its devices. */
export function shuffled({ seed = '' }: { readonly seed?: string } = {}): DeviceOrder {
  return {
    name: 'shuffled',
    arrange: (host) => {
      const stream = streamOf(`${seed}/${host.node}/${host.children.map(usage).join()}`)
      const order = [...host.children]
      for (let at = order.length - 1; at > 0; at--) {
        const other = stream.below(at + 1)
        const moved = order[at] as ProviderState
        order[at] = order[other] as ProviderState
        order[other] = moved
      }
      return order
    },
  }
}

function usage({ inventories }: HostState['children'][number]): string {
  return [...inventories.values()].map(({ used }) => used).join('+')
}
