import { placementErrors, type Inventory, type ProviderDeclaration, type ProviderId } from '@novakit/core'
import type { RemoteClient } from './client.ts'

/** Makes the tree of one root what is declared. Repeating finds what the first one did. */
export async function declareRemoteTree(
  client: RemoteClient,
  root: ProviderId,
  providers: readonly ProviderDeclaration[],
): Promise<void> {
  for (const provider of providers) await declare(client, provider)
  const declared = new Set<string>(providers.map(({ id }) => id))
  await removeOthers(client, root, declared)
}

/** Leaves first. @throws `placement.provider_in_use` */
export async function removeOthers(client: RemoteClient, root: ProviderId, keep: ReadonlySet<string>): Promise<void> {
  const found = (await client.get(`/resource_providers?in_tree=${root}`))?.resource_providers ?? []
  const rest = new Map<string, { readonly uuid: string; readonly parent_provider_uuid: string | null }>(
    found.map((each: { uuid: string }) => [each.uuid, each]),
  )
  for (const kept of keep) rest.delete(kept)
  while (rest.size > 0) {
    const parents = new Set([...rest.values()].map((each) => each.parent_provider_uuid))
    for (const uuid of [...rest.keys()].filter((each) => !parents.has(each))) {
      const { status, detail } = await client.ask('DELETE', `/resource_providers/${uuid}`)
      if (status === 409) throw placementErrors.provider_in_use({ provider: uuid }, { detail })
      rest.delete(uuid)
    }
  }
}

async function declare(client: RemoteClient, provider: ProviderDeclaration): Promise<void> {
  const { id, name, parent } = provider
  const known = await client.get(`/resource_providers/${id}`)
  const body = { name, parent_provider_uuid: parent }
  if (known === null) await client.send('POST', '/resource_providers', { ...body, uuid: id })
  else if (known.name !== name || known.parent_provider_uuid !== parent) {
    await client.send('PUT', `/resource_providers/${id}`, body)
  }
  await declareInventories(client, provider)
  await declareTraits(client, provider)
}

async function declareInventories(client: RemoteClient, { id, inventories }: ProviderDeclaration): Promise<void> {
  const path = `/resource_providers/${id}/inventories`
  const before = await client.send('GET', path)
  const wanted = Object.fromEntries(Object.entries(inventories).map(([name, each]) => [name, wire(each)]))
  if (sameText(before.inventories, wanted)) return
  for (const name of Object.keys(wanted)) {
    if (name.startsWith('CUSTOM_')) await client.send('PUT', `/resource_classes/${name}`)
  }
  const { resource_provider_generation } = before
  const { status, detail } = await client.ask('PUT', path, { resource_provider_generation, inventories: wanted })
  if (status === 409) throw placementErrors.inventory_in_use({ provider: id, resourceClass: 'a class' }, { detail })
  if (status >= 300) throw placementErrors.invalid({ what: `the inventories of ${id} are not taken.` }, { detail })
}

async function declareTraits(client: RemoteClient, { id, traits }: ProviderDeclaration): Promise<void> {
  const path = `/resource_providers/${id}/traits`
  const before = await client.send('GET', path)
  const wanted = [...new Set(traits)].toSorted()
  if (sameText(before.traits.toSorted(), wanted)) return
  for (const name of wanted) if (name.startsWith('CUSTOM_')) await client.send('PUT', `/traits/${name}`)
  const { resource_provider_generation } = before
  await client.send('PUT', path, { resource_provider_generation, traits: wanted })
}

function wire(inventory: Inventory) {
  return {
    total: inventory.total,
    reserved: inventory.reserved,
    min_unit: inventory.minUnit,
    max_unit: inventory.maxUnit,
    step_size: inventory.stepSize,
    allocation_ratio: inventory.allocationRatio,
  }
}

function sameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
