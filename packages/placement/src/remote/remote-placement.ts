import {
  placementErrors,
  type Allocation,
  type ConsumerId,
  type ProviderId,
  type ProviderRecord,
  type RemotePlacement,
} from '@novakit/core'
import { remoteClient, type RemoteClient, type RemoteOptions } from './client.ts'
import { claimRemotely, heldBy } from './remote-claims.ts'
import { declareRemoteTree, removeOthers } from './remote-tree.ts'

/** A Placement elsewhere, such as OpenStack's own (1.39 or newer), over HTTP. */
export function remotePlacement(options: RemoteOptions): RemotePlacement {
  const client = remoteClient(options)
  return {
    declareTree: (root, providers) => declareRemoteTree(client, root, providers),
    removeTree: (root) => removeOthers(client, root, new Set()),
    setAggregates: (provider, aggregates) => setAggregates(client, provider, aggregates),
    claim: (claims) => claimRemotely(client, claims),
    release: async (consumers) => {
      for (const consumer of consumers) await client.ask('DELETE', `/allocations/${consumer}`)
    },
    allocationsOf: (consumers) => allocationsOf(client, consumers),
    providers: () => providers(client),
  }
}

/** @throws `placement.provider_not_found` */
async function setAggregates(client: RemoteClient, provider: ProviderId, aggregates: readonly string[]): Promise<void> {
  const path = `/resource_providers/${provider}/aggregates`
  const before = await client.get(path)
  if (before === null) throw placementErrors.provider_not_found({ provider })
  const { resource_provider_generation } = before
  await client.send('PUT', path, { resource_provider_generation, aggregates: [...new Set(aggregates)] })
}

async function allocationsOf(client: RemoteClient, consumers: readonly ConsumerId[]): Promise<readonly Allocation[]> {
  const found: Allocation[] = []
  for (const consumer of new Set(consumers)) {
    const { allocations } = await heldBy(client, consumer)
    for (const [provider, { resources }] of Object.entries(allocations)) {
      found.push({ consumer, provider: provider as ProviderId, resources })
    }
  }
  return found
}

/** By name. Four questions for each provider: its API has none for all of them. */
async function providers(client: RemoteClient): Promise<readonly ProviderRecord[]> {
  const { resource_providers: found } = await client.send('GET', '/resource_providers')
  const records: ProviderRecord[] = []
  for (const each of found) {
    const path = `/resource_providers/${each.uuid}`
    const stocks = await client.get(`${path}/inventories`)
    // Gone meanwhile.
    if (stocks === null) continue
    const [usages, traits, aggregates] = await Promise.all(
      ['usages', 'traits', 'aggregates'].map((part) => client.get(`${path}/${part}`)),
    )
    const inventories = Object.entries<any>(stocks.inventories).map(([name, stock]) => [
      name,
      {
        total: stock.total,
        reserved: stock.reserved,
        minUnit: stock.min_unit,
        maxUnit: stock.max_unit,
        stepSize: stock.step_size,
        allocationRatio: stock.allocation_ratio,
        used: usages?.usages[name] ?? 0,
      },
    ])
    records.push({
      id: each.uuid,
      name: each.name,
      root: each.root_provider_uuid,
      parent: each.parent_provider_uuid,
      generation: stocks.resource_provider_generation,
      inventories: Object.fromEntries(inventories),
      traits: (traits?.traits ?? []).toSorted(),
      aggregates: (aggregates?.aggregates ?? []).toSorted(),
    })
  }
  return records.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
