import type { Provider } from '@novakit/placement'

const relations: readonly (readonly [name: string, since: number])[] = [
  ['inventories', 0],
  ['usages', 0],
  ['aggregates', 1],
  ['traits', 6],
  ['allocations', 11],
]

export function providerPath(prefix: string, id: string): string {
  return `${prefix}/resource_providers/${id}`
}

export function wireProvider(
  { id, name, generation, parent, root }: Omit<Provider, 'changedAt'>,
  minor: number,
  prefix: string,
) {
  const href = providerPath(prefix, id)
  const below = relations.filter(([, since]) => minor >= since)
  return {
    uuid: id,
    name,
    generation,
    links: [{ rel: 'self', href }, ...below.map(([rel]) => ({ rel, href: `${href}/${rel}` }))],
    ...(minor >= 14 ? { parent_provider_uuid: parent, root_provider_uuid: root } : {}),
  }
}
