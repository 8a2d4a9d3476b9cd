import type { HypervisorHost, NodeInventory } from '../ports/hypervisor.ts'
import { traitsOfFacets } from '../ports/hypervisor.ts'

/** What the driver can do shows as traits of each node's root, so that the scheduler offers nothing else. */
export function withFacetTraits(node: NodeInventory, host: HypervisorHost): NodeInventory {
  const facets = traitsOfFacets(host)
  const providers = node.providers.map((provider) =>
    provider.id === node.root
      ? { ...provider, traits: [...new Set([...provider.traits, ...facets])].toSorted() }
      : provider,
  )
  return { ...node, providers }
}
