import type { ProviderState } from '@novakit/core'
import { askedOf, deviceAskOf } from '../decide/free-vector.ts'
import { outcomesOn, prepareTypical, type FragmentationOptions } from '../decide/fragmentation.ts'
import type { DeviceOrder } from './device-order.ts'

/** First the device on which a server leaves least behind that typical requests cannot use; as FragmentationWeigher. */
export function leastFragmentation(options: FragmentationOptions): DeviceOrder {
  const typical = prepareTypical(options)
  const { device } = options
  return {
    name: 'least-fragmentation',
    arrange: (host, { resources }) => {
      const asked = askedOf(resources)
      const root = typical.classes.map((name) => asked[name] ?? 0)
      const outcomes = outcomesOn(typical.stockOf(host), root, deviceAskOf(resources, device))
      if (outcomes.length < 2) return host.children
      const best = outcomes
        .map(({ first, stock }) => ({ first, amount: typical.amount(stock) }))
        .reduce((least, each) => (each.amount < least.amount ? each : least))
      const devices = host.children.filter(({ inventories }) => inventories.has(device))
      const chosen = devices[best.first] as ProviderState
      return [chosen, ...host.children.filter((child) => child !== chosen)]
    },
  }
}
