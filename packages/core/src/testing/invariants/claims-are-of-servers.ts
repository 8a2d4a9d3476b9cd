import type { CloudPicture } from './cloud-picture.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import { capacityOf } from '../../domain/scheduling/snapshot.ts'
import { keptForGoingBack } from './open-resizes.ts'
import { flavorOf, missing, hosted } from './servers.ts'

/**
 * The ledger holds what the servers' flavors add up to on their hosts, and for their migrations what is kept for going
 * back; nothing else (I2, I19).
 */
export function claimsAreOfServers(picture: CloudPicture): readonly string[] {
  const kept = keptForGoingBack(picture).map(({ migration, ...rest }) => ({ ...rest, consumer: migration }))
  const ours = hosted(picture).map((row) => ({
    consumer: row.id,
    host: row.host,
    node: row.node,
    flavor: flavorOf(row),
  }))
  const wanted = [...ours, ...kept].flatMap((each) => claimOf(picture, each))
  const held = picture.ledger.allocations.map((row) => lineOf(row.consumer, row.provider, row.resourceClass, row.used))
  return [
    ...missing(wanted, held).map((line) => `not claimed: ${line}`),
    ...missing(held, wanted).map((line) => `claimed for nothing: ${line}`),
  ]
}

interface Holder {
  readonly consumer: string
  readonly host: string | null
  readonly node: string | null
  readonly flavor: Flavor
}

function claimOf({ nodes }: CloudPicture, { consumer, host, node, flavor }: Holder): readonly string[] {
  const provider = nodes.find((one) => one.host === host && one.node === node)?.provider ?? 'no provider'
  const { vcpus, memory, disk, ephemeral, swap } = flavor
  const amounts = { VCPU: vcpus, MEMORY_MB: memory, DISK_GB: disk + ephemeral + Math.ceil(swap / 1024) }
  return Object.entries(amounts)
    .filter(([, amount]) => amount > 0)
    .map(([resource, amount]) => lineOf(consumer, provider, resource, amount))
}

const lineOf = (consumer: string, provider: string, resource: string, amount: number): string =>
  `${amount} ${resource} of ${provider} for ${consumer}`

/** What is used of a provider is the sum of what is allocated of it, and no more than there is (I1). */
export function usageAddsUp({ providers, ledger }: CloudPicture): readonly string[] {
  return providers.flatMap(({ id, name, inventories }) =>
    Object.entries(inventories).flatMap(([resource, inventory]) => {
      const sum = ledger.allocations
        .filter((row) => row.provider === id && row.resourceClass === resource)
        .reduce((total, row) => total + row.used, 0)
      const said = inventory.used === sum ? [] : [`${resource} of ${name}: ${inventory.used} used, ${sum} allocated`]
      return inventory.used <= capacityOf(inventory) ? said : [...said, `${resource} of ${name} is over its capacity`]
    }),
  )
}
